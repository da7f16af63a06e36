"""What the verbs of meetings share: the lock of the cell, and who may be named. Parts of verbs."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.documents.services import attach
from inspections.meetings.models import Meeting, MeetingFiles, ResolutionItem
from inspections.members.queries import OnRoll
from inspections.organisations.models import Organisation, Person, User
from permissions.verdicts import NotNow

_AFTER_ROLL_CALL: list[Callable[[Organisation], None]] = []


def after_roll_call(follow: Callable[[Organisation], None]) -> None:
    """For rooms above: what is done, in the same transaction, once a roll call of the cell was kept; called once, from
    the `ready` of an app."""
    _AFTER_ROLL_CALL.append(follow)


def roll_call_is_kept(cell: Organisation) -> None:
    """Tells the rooms above that a roll call of the cell was kept. Part of a verb, under the lock of the cell."""
    for follow in _AFTER_ROLL_CALL:
        follow(cell)


def locked_cell(organisation: Organisation) -> Organisation:
    """The cell, locked to the end of the transaction: two verbs about its meetings follow each other.

    Raises ValidationError for an organisation that is no cell."""
    cell = Organisation.objects.select_for_update(of=("self",)).select_related("type__level").get(pk=organisation.pk)
    if not cell.type.is_cell:
        raise ValidationError(_("%(organisation)s is not a cell, so it has no cell meetings.") % {"organisation": cell})
    return cell


def locked_meeting(meeting: Meeting) -> tuple[Organisation, Meeting]:
    """The cell, locked, and the meeting as it stands then."""
    cell = locked_cell(meeting.organisation)
    fresh = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    fresh.organisation = cell
    return cell, fresh


def check_columns(row: Model, *names: str) -> None:
    """Raises ValidationError for a value that one of the columns cannot hold.

    For a verb that has checked what its row has to be: `full_clean` asks the database for each constraint and each key,
    thirty-five statements for a meeting, and the constraints stand in the database anyway."""
    row.clean_fields(exclude={one.name for one in row._meta.fields} - set(names))


def check_to_come(meeting: Meeting) -> None:
    """Raises NotNow for a meeting that was held or called off."""
    if meeting.is_held:
        raise NotNow(_("The meeting was held, so what was prepared stays as it is."))
    if meeting.is_called_off:
        raise NotNow(_("The meeting was called off: %(reason)s") % {"reason": meeting.called_off_reason})


def check_move(planned_at: datetime.datetime, reason: str, now: datetime.datetime) -> None:
    """Raises ValidationError when a planned meeting is moved into the past, or nobody says why."""
    if timezone.localdate(planned_at) < timezone.localdate(now):
        raise ValidationError({"planned_at": _("A meeting is moved to today or a day to come.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; those above the cell read it.")})


def attach_files(
    meeting: Meeting, kind: str, uploads: Iterable[Any], *, acting_user: User, now: datetime.datetime
) -> list[str]:
    """Attaches files of a kind to the meeting and returns their names, for the record; all or none.

    Raises ValidationError naming `<kind>_files` for a file that is empty, too large or of no kind that is taken."""
    given = list(uploads)
    if not given:
        return []
    files, _made = MeetingFiles.objects.get_or_create(meeting=meeting, kind=kind)
    return [one.name for one in attach(given, item=files, acting_user=acting_user, now=now, field=f"{kind}_files")]


def locked_cell_of(item: ResolutionItem) -> Organisation:
    """The cell that an assignment is of, locked; it may have passed to another meanwhile."""
    return cell_that_owes(ResolutionItem, item.pk)


def cell_that_owes(model: type[Model], pk: int) -> Organisation:
    """The cell in whose hands the row of the model is (`organisation`), locked; it may have passed to another before
    the lock was had."""
    owing = model._default_manager.values_list("organisation", flat=True)
    while True:
        key = owing.get(pk=pk)
        cell = locked_cell(Organisation(pk=key))
        if owing.get(pk=pk) == key:
            return cell


def check_on_roll(people: Iterable[Person], roll: Iterable[OnRoll], field: str) -> None:
    """Raises ValidationError when one of the people is not on the roll of the cell, or is elsewhere for a time."""
    known = {one.person.pk for one in roll if not one.is_away}
    strangers = [person.full_name for person in people if person.pk not in known]
    if strangers:
        said = _("Not on the roll of the cell on that day: %(people)s. Choose members of the cell.")
        raise ValidationError({field: said % {"people": ", ".join(strangers)}})
