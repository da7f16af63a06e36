"""Whom a deadline concerns: who owes it, who watches over it, who leads above. Asked for many at once.

Everybody found here sees the deadline (`tests/reminders/test_people.py` holds it against the policy); what is shown
and mailed later asks the policy again."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from inspections.deadlines.models import Deadline
from inspections.organisations.models import Organisation, User
from inspections.reminders.items import LEADING, WATCHING, Known, bars_on, known_of, source_of
from inspections.reminders.models import Concern
from permissions.grants import permission_id
from permissions.models import OrganisationGrant
from permissions.viewer import grants_in_force

# log-in -> the organisation whose office he holds, or None for who is told as himself
Told = dict[int, int | None]


class Addressees:
    """Whom deadlines concern on a day. Each organisation is asked once, however many deadlines it has."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self._organisations: dict[int, Organisation] = {}
        self._holders: dict[tuple[int, str], list[int]] = {}
        self._known: dict[int, Known] = {}
        self._bars: dict[tuple[int, int], bool] = {}
        self._active: set[int] = set()

    def place(self, deadlines: Iterable[Deadline]) -> None:
        """Reads where the organisations of the deadlines stand: enough for `committee_of`."""
        new = {key for one in deadlines for key in (one.organisation_id, one.watcher_id) if key}
        new -= self._organisations.keys()
        if new:
            self._organisations |= Organisation.objects.select_related("type").in_bulk(new)

    def prepare(self, deadlines: Iterable[Deadline]) -> None:
        """Reads what is needed for the deadlines: a fixed number of queries."""
        rows = list(deadlines)
        self.place(rows)
        self._known = known_of(rows, self.today)
        wanted: dict[str, set[int]] = defaultdict(set)
        for one in rows:
            wanted[source_of(one).verb].add(one.organisation_id)
            if one.watcher_id is not None:
                wanted[WATCHING].add(one.watcher_id)
            committee = self.committee_of(one)
            if committee is not None:
                wanted[LEADING].add(committee)
        self._read_holders(wanted)
        in_person = {user for known in self._known.values() for user in (*known.owing, *known.watching)}
        self._active = set(User.objects.filter(pk__in=in_person, is_active=True).values_list("pk", flat=True))
        self._bars = bars_on({one.case_id for one in rows if one.case_id is not None})

    def _read_holders(self, wanted: dict[str, set[int]]) -> None:
        for verb, organisations in wanted.items():
            new = {one for one in organisations if (one, verb) not in self._holders}
            self._holders |= {(one, verb): [] for one in new}
            grants = OrganisationGrant.objects.filter(
                grants_in_force(self.today),
                permission_id=permission_id(verb),
                content_object_id__in=new,
                user__is_active=True,
            )
            for organisation, user in grants.values_list("content_object_id", "user_id").order_by("pk"):
                self._holders[organisation, verb].append(user)

    def committee_of(self, deadline: Deadline) -> int | None:
        """The organisation whose standing committee leads above: that of the body that watches, or else that above who
        owes. Nobody further up, or a province would be told of every cell."""
        top = self._organisations[deadline.watcher_id or deadline.organisation_id]
        committee = top.parent_id if top.type.is_body else top.pk
        if committee == deadline.organisation_id:
            committee = self._organisations[deadline.organisation_id].parent_id
        return committee

    def known(self, deadline: Deadline) -> Known:
        """What is known of the row the deadline is about."""
        return self._known[deadline.pk]

    def of(self, deadline: Deadline) -> dict[str, Told]:
        """Concern -> whom it is; everybody stands under the first that fits him. After `prepare`."""
        known = self._known[deadline.pk]
        committee = self.committee_of(deadline)
        owing = [] if known.is_personal else self._holders[deadline.organisation_id, source_of(deadline).verb]
        watching = self._holders[deadline.watcher_id, WATCHING] if deadline.watcher_id is not None else []
        leading = self._holders[committee, LEADING] if committee is not None else []
        found: dict[str, Told] = {}
        taken: set[int] = set()
        for concern, in_person, holders, via in (
            (Concern.OWES, known.owing, owing, deadline.organisation_id),
            (Concern.WATCHES, known.watching, watching, deadline.watcher_id),
            (Concern.LEADS, (), leading, committee),
        ):
            told: Told = {user: None for user in in_person if user in self._active}
            told |= {user: via for user in holders if user not in told}
            found[concern.value] = {
                user: by
                for user, by in told.items()
                if user not in taken
                and self._is_open(deadline, user, as_subject=by is None and concern is Concern.OWES)
            }
            taken |= told.keys()
        return found

    def _is_open(self, deadline: Deadline, user: int, *, as_subject: bool) -> bool:
        """Whether the case of the deadline is open to the log-in, or open as its subject and that is what he is."""
        if deadline.case_id is None:
            return True
        as_subject_only = self._bars.get((deadline.case_id, user))
        return as_subject_only is None or (as_subject_only and as_subject)
