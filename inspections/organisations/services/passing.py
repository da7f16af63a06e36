"""What passes from an organisation to its successors. Each room above the tree tells what it has of an organisation."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat, Length
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inspections.calendars.rules import days_after
from inspections.organisations.models import Interest, Office, Organisation
from inspections.organisations.models.people import in_force
from inspections.organisations.rules import STEP, path_step
from inspections.organisations.services.ending import NAMED, problem_of_place
from inspections.organisations.services.homes import members_of, succeeded
from inspections.organisations.services.moving import LONGEST, officers_left, rewrite_paths, sight_changes
from inspections.organisations.text import fold


class Place(IntEnum):
    """The order in which things pass: what is of the tree, what is at work, its clocks, whose turn it is."""

    TREE = 0
    ITEMS = 1
    CLOCKS = 2
    WORK = 3


@dataclass(frozen=True)
class Share:
    """The rows of one estate that pass from one organisation to one successor."""

    rows: list[Any]
    old: Organisation
    new: Organisation
    now: datetime.datetime


@dataclass(frozen=True)
class Estate:
    """One kind of thing that passes.

    words: its heading. find: those open of an organisation, ready to be told; tell: how one is. pass_on: writes that
    a share is the successor's. problem: why a share cannot pass, a sentence; empty when it can. hold: locks what comes
    before the organisations in the order of locks. goes_by_day: `find` is asked as (organisation, day), for what is
    open on that day.

    Things of the TREE and ITEMS are shared out by choice in a split; the others follow them, what is left going to the
    successor of all the rest."""

    code: str
    words: Any
    find: Callable[..., "QuerySet[Any]"]
    pass_on: Callable[[Share], None]
    place: Place = Place.ITEMS
    problem: Callable[[Share], str] | None = None
    hold: Callable[[Organisation], None] | None = None
    tell: Callable[[Any], str] = str
    goes_by_day: bool = False

    def open_of(self, organisation: Organisation, on: datetime.date) -> "QuerySet[Any]":
        """What passes from the organisation when that takes effect on the day."""
        return self.find(organisation, on) if self.goes_by_day else self.find(organisation)

    @property
    def is_chosen(self) -> bool:
        return self.place in (Place.TREE, Place.ITEMS)


_ESTATES: list[Estate] = []
_AGAINST: list[Callable[[Organisation, datetime.date], Iterable[str]]] = []
_NAMED_IN: list[Callable[[Organisation, str], None]] = []


def passes_on(estate: Estate) -> None:
    """Tells of things that pass to the successor; each room enters its own when it is ready."""
    _ESTATES.append(estate)


def estates() -> list[Estate]:
    """What passes, in the order in which it does."""
    return sorted(_ESTATES, key=lambda estate: estate.place)


def speaks_against(find: Callable[[Organisation, datetime.date], Iterable[str]]) -> None:
    """Tells of facts that an organisation cannot have ended before. find: (organisation, day) -> sentences, each of
    what it did on the day or later."""
    _AGAINST.append(find)


def facts_against(organisation: Organisation, on: datetime.date) -> list[str]:
    """What the organisation did on the day or later, as sentences."""
    return [sentence for find in _AGAINST for sentence in find(organisation, on)]


def is_named_in(also_by: Callable[[Organisation, str], None]) -> None:
    """Tells of rows that are found by the name of an organisation. also_by: (organisation, new name) makes them be
    found by the new name too."""
    _NAMED_IN.append(also_by)


def follow_name(organisation: Organisation, name: str) -> None:
    """Lets what is found by the organisation's name be found by the new one too. Part of a verb."""
    for also_by in _NAMED_IN:
        also_by(organisation, name)


def also_found_by(rows: "QuerySet[Any]", words: str) -> None:
    """Adds words to the searched text of the rows; what they were found by stays."""
    rows.update(folded=Concat(F("folded"), Value(f" {fold(words)}")))


@dataclass(frozen=True)
class Will:
    """Who takes what: `rest` takes all for which no other of the successors is named by (code of the estate, id)."""

    successors: list[Organisation]
    rest: Organisation | None = None
    named: Mapping[tuple[str, int], Organisation] | None = None


def shares_of(
    organisation: Organisation, will: Will, on: datetime.date, now: datetime.datetime
) -> list[tuple[Estate, Share]]:
    """What passes to whom on the day, in the order in which it does; nothing is written. A share without rows is left
    out.

    Raises ValidationError when something named is none of what passes (it was closed meanwhile)."""
    named = dict(will.named or {})
    found = []
    for estate in estates():
        by_heir: dict[int, list[Any]] = defaultdict(list)
        for row in estate.open_of(organisation, on):
            heir = named.pop((estate.code, row.pk), None) if estate.is_chosen else None
            heir = heir or will.rest
            by_heir[heir.pk if heir is not None else 0].append(row)
        for heir in will.successors:
            if by_heir[heir.pk]:
                found.append((estate, Share(by_heir[heir.pk], organisation, heir, now)))
        if by_heir[0]:
            things = some_of([estate.tell(row) for row in by_heir[0]])
            text = _("Name a successor that takes what is open: %(kind)s – %(things)s.")
            raise ValidationError({"successors": text % {"kind": estate.words, "things": things}})
    if named:
        raise ValidationError(_("Something named here is open no longer. Load the page again and compare."))
    return found


def check_shares(shares: list[tuple[Estate, Share]], today: datetime.date) -> None:
    """Raises ValidationError when something cannot pass, or would pass to where nobody could do it."""
    problems = [
        f"{share.new}: {problem}"
        for estate, share in shares
        if estate.problem is not None and (problem := estate.problem(share))
    ]
    heirs = {share.new.pk: share.new for estate, share in shares if estate.place in (Place.ITEMS, Place.WORK)}
    for heir in heirs.values():
        if not heir.offices.filter(in_force(today), person__is_active=True, person__user__is_active=True).exists():
            text = _("Nobody with a log-in holds an office in %(new)s, so what passes would lie there; give one first.")
            problems.append(text % {"new": heir})
    if problems:
        raise ValidationError({"successors": problems})


def some_of(names: list[str]) -> str:
    """The first names of a list, and how many more there are."""
    return "; ".join(names[:NAMED]) + (f" … (+{len(names) - NAMED})" if len(names) > NAMED else "")


# the code of the declared ties among what passed: they are copied, so they are no estate
TIES = "ties"


def words_of(kind: str) -> Any:
    """The heading of a kind of thing that passed, by its code; empty when there is none."""
    headings = {estate.code: estate.words for estate in estates()}
    return {**headings, TIES: gettext_lazy("Declared ties that count for the successor")}.get(kind, "")


def ties_to(organisation: Organisation, today: datetime.date) -> "QuerySet[Interest]":
    """The declared ties to the organisation: after a succession they count for its successors too."""
    rows = Interest.objects.in_force(today).filter(about_organisation=organisation)
    return rows.select_related("person__organisation").order_by("pk")


def told_tie(tie: Interest) -> str:
    """Whose tie it is; of what nature is for those only who may see it."""
    return f"{tie.person} – {tie.person.organisation}"


def following(organisation: Organisation, today: datetime.date) -> "QuerySet[Office]":
    """The offices, not ended, that follow the organisation as an area: they follow its successors then."""
    rows = Office.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), areas=organisation)
    return rows.select_related("person", "organisation").order_by("pk")


@dataclass(frozen=True)
class Passing:
    """One thing that passes, as the preview tells it. key: how it is named in a choice."""

    key: tuple[str, int]
    kind: Any
    told: str


@dataclass(frozen=True)
class SuccessionPreview:
    """What a succession changes: how many of each kind pass, which, what offices end, which follow the successor, what
    declared ties count for it too, who loses and gains sight."""

    counts: list[tuple[Any, int]]
    things: list[Passing]
    offices: list[str]
    following: list[str]
    ties: list[str]
    losing: list[str]
    gaining: list[str]


def preview_of_succession(
    organisation: Organisation, successors: list[Organisation], today: datetime.date
) -> SuccessionPreview:
    """What merging, splitting or dissolving would change, nothing changed yet."""
    counts, things = [], []
    for estate in estates():
        found = estate.open_of(organisation, today)
        rows = list(found) if estate.is_chosen else []
        things += [Passing((estate.code, row.pk), estate.words, estate.tell(row)) for row in rows]
        counts.append((estate.words, len(rows) if estate.is_chosen else found.count()))
    offices = organisation.offices.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    losing, gaining = sight_changes([str(organisation.path)], [str(one.path) for one in successors], today)
    ending, followers = (
        [f"{one.person} ({one})" for one in rows]
        for rows in (offices.select_related("person", "organisation"), following(organisation, today))
    )
    ties = [told_tie(tie) for tie in ties_to(organisation, today)]
    return SuccessionPreview(counts, things, ending, followers, ties, losing, gaining)


# what the tree itself has of an organisation


def _pass_members(share: Share) -> None:
    last_day = share.old.ends_on
    assert last_day is not None
    succeeded(share.rows, share.old, share.new, days_after(last_day, 1), share.old.ended_paper)


def _children(organisation: Organisation) -> "QuerySet[Organisation]":
    return (
        Organisation.objects.filter(parent=organisation, ends_on__isnull=True, type__is_body=False)
        .select_related("type__level", "parent")
        .order_by("path")
    )


def _problem_of_children(share: Share) -> str:
    for child in share.rows:
        if problem := problem_of_place(child.type, share.new.type):
            return f"{child}: {problem}"
        below = Organisation.objects.at_or_below(str(child.path))
        longest = max(below.annotate(length=Length("path")).values_list("length", flat=True))
        if len(str(share.new.path)) + STEP + longest - len(str(child.path)) > LONGEST:
            return _("The tree would be deeper than the program can keep.")
        left = officers_left(child, share.new, timezone.localdate(share.now))
        if left:
            text = _(
                "These officers follow areas in it and would be of another tree; end their offices first: %(who)s."
            )
            return text % {"who": some_of(left)}
    return ""


def _pass_children(share: Share) -> None:
    for child in share.rows:
        below = Organisation.objects.at_or_below(str(child.path))
        list(below.select_for_update().order_by("pk").values_list("pk"))
        new = f"{share.new.path}{path_step(child.pk)}"
        rewrite_paths(str(child.path), new, share.new.depth + 1 - child.depth, share.now)
        Organisation.objects.filter(pk=child.pk).update(parent=share.new)


passes_on(
    Estate("below", gettext_lazy("Organisations below"), _children, _pass_children, Place.TREE, _problem_of_children)
)
passes_on(Estate("members", gettext_lazy("Members"), members_of, _pass_members, Place.TREE))
