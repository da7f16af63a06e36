"""What a page shows of a programme and must not change unseen between opening the page and sending it."""

from django.utils.translation import gettext_lazy as _

from inspections.forms import Watched
from inspections.programmes.models import Programme, ProgrammeLine


def watched_line(line: ProgrammeLine) -> Watched:
    """A line, by the fields of its form. Asked of the database afresh."""
    one = ProgrammeLine.objects.select_related("kind").get(pk=line.pk)
    return {
        "kind": (_("Kind"), one.kind.name),
        "content": (_("Content"), one.content),
        "organisations": (_("Organisations"), "; ".join(str(row) for row in one.organisations.all())),
        "members": (_("Members"), "; ".join(str(row) for row in one.members.all())),
        "all_below": (_("All organisations below"), str(_("yes") if one.all_below else _("no"))),
        "examined_from": (_("Period examined, from"), f"{one.examined_from:%d/%m/%Y}" if one.examined_from else ""),
        "examined_to": (_("Period examined, to"), f"{one.examined_to:%d/%m/%Y}" if one.examined_to else ""),
        "lead": (_("Lead"), one.lead),
        "year": (_("Year"), str(one.year)),
        "first_month": (_("From month"), str(one.first_month or "")),
        "last_month": (_("To month"), str(one.last_month or "")),
        "note": (_("Note"), one.note),
    }


def watched_lines(programme: Programme) -> Watched:
    """The lines that are submitted together. Asked of the database afresh."""
    rows = programme.lines.select_related("kind").prefetch_related("organisations", "members").order_by("position")
    told = [
        f"{one.position}. {one.kind.name}: {one.content} ("
        + "; ".join(str(row) for row in [*one.organisations.all(), *one.members.all()])
        + f") {one.first_month or ''}–{one.last_month or ''}/{one.year}"
        for one in rows
    ]
    return {"lines": (_("Lines"), "\n".join(told))}
