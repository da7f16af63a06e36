"""The reference tables of schemes: the groups of tasks that a new one begins with, the kinds of what is done."""

from django.utils.translation import gettext_lazy

from inspections.reference.tables import Ends, Table, declare
from inspections.schemes.models import EventKind, GroupTemplate


def register() -> None:
    declare(
        [
            Table(
                code="scheme-groups",
                label=gettext_lazy("Groups of tasks of new schemes"),
                about=gettext_lazy(
                    "The groups of tasks and solutions that a new scheme begins with. Whoever keeps the scheme names "
                    "others and adds more."
                ),
                model=GroupTemplate,
                shown=("position", "name", "source", "certainty"),
                editable=("position", "name", "source", "certainty", "is_active"),
                ends=Ends.NOT_CHOSEN,
                effect=gettext_lazy("Schemes that are there keep their groups; the next one begins with these."),
            ),
            Table(
                code="scheme-events",
                label=gettext_lazy("Kinds of events of schemes"),
                about=gettext_lazy("By which kinds is counted what was done for the tasks of schemes."),
                model=EventKind,
                shown=("name", "source", "certainty", "is_active"),
                editable=("name", "source", "certainty", "is_active"),
                ends=Ends.NOT_CHOSEN,
                effect=gettext_lazy(
                    "What was recorded keeps its kind, by its name of today; a review that was held keeps the names it "
                    "had."
                ),
            ),
        ]
    )
