"""Forms of what becomes of an organisation: another name, another place in the tree, or others in its place."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from inspections.forms import NOT_IN_LIST, FactsForm, OneField, SeveralField, VerbForm, Watched, last_entry_about
from inspections.organisations import services
from inspections.organisations.access import kept_organisations
from inspections.organisations.models import Organisation, Succession, User
from inspections.organisations.services import SuccessionPreview
from permissions import policy
from permissions.models import AuditEntry

Kind = Succession.Kind
ON = _("Takes effect on")
ON_HELP = _("Today or earlier: the day from which the paper says so.")
PAPER = _("Paper by which it is decided")
ON_ONE_PAGE = 50


class RenameForm(FactsForm):
    """Gives the target organisation another name."""

    name = forms.CharField(label=_("New name"), max_length=200)
    on = forms.DateField(label=ON, help_text=ON_HELP)
    paper = forms.CharField(label=PAPER, max_length=100)

    def facts(self) -> dict[str, str]:
        return {"name": "name"}

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.rename_organisation(
            acting_user=acting_user, organisation=self.target, now=now, **self.cleaned_data
        )


class MoveForm(VerbForm):
    """Moves the target organisation under another, with what that changes shown beside."""

    known_template = "organisations/move_known.html"
    beside = {"parent": ""}

    parent = OneField(queryset=Organisation.objects.none(), widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Organisation code from then on"),
        max_length=20,
        required=False,
        help_text=_("The codes of those below stay; correct each at its own page."),
    )
    on = forms.DateField(label=ON, help_text=ON_HELP)
    paper = forms.CharField(label=PAPER, max_length=100)

    def __init__(self, *args: Any, to: Organisation | None, page: str = "", **options: Any) -> None:
        self.to, self.page = to, page
        super().__init__(*args, **options)
        self.fields["parent"].queryset = move_targets(self.user, self.target, self.now)  # type: ignore[attr-defined]
        self.fields["parent"].initial = to
        self.fields["code"].initial = self.target.code

    def known(self) -> dict[str, Any]:
        if self.to is None:
            return {}
        preview = services.preview_of_move(self.target, self.to, timezone.localdate(self.now))
        page = Paginator(preview.below, ON_ONE_PAGE).get_page(self.page)
        return {"target": self.target, "to": self.to, "page": page, "query": f"parent={self.to.pk}&", **vars(preview)}

    def watched(self) -> Watched:
        fresh = Organisation.objects.select_related("parent").get(pk=self.target.pk)
        above = (_("Belongs to"), str(fresh.parent or ""))
        if self.to is None:
            return {"above": above}
        counts = services.preview_of_move(fresh, self.to, timezone.localdate(self.now)).counts
        return {"above": above, "moves": (_("Moves along"), "; ".join(f"{words}: {count}" for words, count in counts))}

    def lock_watched(self) -> None:
        # what stands above it changes by a move only, and its verb locks these first
        services.one_move_at_a_time()

    def last_change(self) -> AuditEntry | None:
        return last_entry_about(self.target, self.target)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        return services.move_organisation(
            acting_user=acting_user, organisation=self.target, now=now, **self.cleaned_data
        )


class SuccessionForm(VerbForm):
    """Lets others take the place of the target organisation, with all that passes shown beside.

    kind: of `Succession`; to: the successors chosen; page: which page of the list of what passes."""

    known_template = "organisations/succession_known.html"
    beside = {"successors": ""}

    successors = SeveralField(queryset=Organisation.objects.none(), widget=forms.MultipleHiddenInput, required=False)
    on = forms.DateField(label=ON, help_text=ON_HELP)
    paper = forms.CharField(label=PAPER, max_length=100)

    def __init__(self, *args: Any, kind: str, to: list[Organisation], page: str = "", **options: Any) -> None:
        self.kind, self.to, self.page = kind, to, page
        super().__init__(*args, **options)
        targets = succession_targets(self.user, self.target, kind, self.now)
        self.fields["successors"].queryset = targets  # type: ignore[attr-defined]
        self.fields["successors"].initial = [one.pk for one in to]
        if kind == Kind.SPLIT:
            self._offer_choices()

    def _offer_choices(self) -> None:
        heirs = [(str(one.pk), str(one)) for one in self.to]
        wrong = {"invalid_choice": NOT_IN_LIST}
        self.fields["rest"] = forms.ChoiceField(
            label=_("Takes all the rest"),
            choices=[("", "—"), *heirs],
            error_messages=wrong,
            help_text=_(
                "All for which no other is named below, with the deadlines and the open work that belong to it."
            ),
        )
        for thing in self.preview.things:
            self.fields[_name_of(thing.key)] = forms.ChoiceField(
                label=f"{thing.kind}: {thing.told}",
                choices=[("", _("as all the rest")), *heirs],
                required=False,
                error_messages=wrong,
            )

    @cached_property
    def preview(self) -> SuccessionPreview:
        return services.preview_of_succession(self.target, self.to, timezone.localdate(self.now))

    def known(self) -> dict[str, Any]:
        pages = Paginator(self.preview.things, ON_ONE_PAGE)
        return {
            "target": self.target,
            "to": self.to,
            "is_known": bool(self.to) or self.kind == Kind.DISSOLVE,
            "is_split": self.kind == Kind.SPLIT,
            "page": pages.get_page(self.page),
            "query": "".join(f"successors={one.pk}&" for one in self.to),
            **vars(self.preview),
        }

    def watched(self) -> Watched:
        # asked of the database afresh: the preview is as the page was made
        fresh = services.preview_of_succession(self.target, self.to, timezone.localdate(self.now))
        return {"passes": (_("What passes"), "; ".join(f"{words}: {count}" for words, count in fresh.counts))}

    def lock_watched(self) -> None:
        services.hold_for_succession(self.target)

    def perform(self, *, acting_user: User, now: datetime.datetime) -> Any:
        given = self.cleaned_data
        common = {"acting_user": acting_user, "organisation": self.target, "now": now}
        common |= {"on": given["on"], "paper": given["paper"]}
        successors = list(given["successors"])
        if self.kind == Kind.SPLIT:
            return services.split_organisation(will=self._will(successors), **common)
        if self.kind == Kind.MERGE:
            # none: what was chosen is no longer in the list, and stands as an error of the form
            return services.merge_organisation(successor=successors[0], **common)
        return services.dissolve_organisation(successor=successors[0] if successors else None, **common)

    def clean_successors(self) -> Any:
        given = self.cleaned_data["successors"]
        if self.kind == Kind.MERGE and len(given) != 1:
            raise ValidationError(_("Name the organisation that it merges into."))
        return given

    def _will(self, successors: list[Organisation]) -> services.Will:
        by_key = {str(one.pk): one for one in successors}
        named = {thing.key: self.cleaned_data.get(_name_of(thing.key), "") for thing in self.preview.things}
        return services.Will(
            successors,
            by_key.get(self.cleaned_data["rest"]),
            {key: by_key[chosen] for key, chosen in named.items() if chosen in by_key},
        )


def _name_of(key: tuple[str, int]) -> str:
    return f"item_{key[0]}_{key[1]}"


def succession_targets(user: User, organisation: Organisation, kind: str, now: datetime.datetime) -> Any:
    """The organisations that could take its place and that the user keeps, as far as a list can tell, those beside it
    first; the verb asks all again."""
    rows = Organisation.objects.filter(ends_on__isnull=True, type__is_body=organisation.type.is_body)
    if kind != Kind.DISSOLVE:
        rows = rows.filter(type__is_cell=organisation.type.is_cell)
    return _others(user, organisation, rows, now)


def move_targets(user: User, organisation: Organisation, now: datetime.datetime) -> Any:
    """The organisations under which one could move it and that the user keeps, as far as a list can tell; the verb asks
    all again."""
    rows = Organisation.objects.not_ended(timezone.localdate(now)).filter(
        type__is_body=False, type__level__rank__lt=organisation.type.level.rank
    )
    return _others(user, organisation, rows.exclude(children=organisation), now)


def _others(user: User, organisation: Organisation, rows: Any, now: datetime.datetime) -> Any:
    below = Organisation.objects.at_or_below(str(organisation.path)).values("pk")
    beside = Case(When(parent=organisation.parent_id, then=0), default=1)
    kept = rows.filter(kept_organisations(policy.viewer_for(user, now))).exclude(pk__in=below)
    return kept.select_related("type", "parent").order_by(beside, "path")
