"""The reference tables of the tree: levels and types (domain.md §2.1)."""

from django.core.exceptions import ValidationError
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inspections.organisations.models import Level, Organisation, OrganisationType
from inspections.reference.tables import Ends, Table, declare

BY_CODE = _("The code is what spreadsheets and time limits refer to, so it stays as it was given.")


def _check_level(row: Level) -> None:
    _check_tree("rank", "type__level", row.pk, row.rank)


def _check_type(row: OrganisationType) -> None:
    _check_tree("level", "type", row.pk, row.level.rank)


def _check_tree(field: str, of: str, pk: int | None, rank: int) -> None:
    """That those whose `of` is the row still stand below what is of a higher level, when its rank is the one given."""
    if pk is None:
        return
    below, above = (
        Case(
            When(**{f"{place}{of}": pk}, then=Value(rank)),
            default=F(f"{place}type__level__rank"),
            output_field=IntegerField(),
        )
        for place in ("", "parent__")
    )
    pairs = Organisation.objects.filter(Q(**{of: pk}) | Q(**{f"parent__{of}": pk}), type__is_body=False)
    broken = pairs.filter(parent__isnull=False).annotate(below=below, above=above).filter(below__lte=F("above"))
    for organisation in broken.select_related("parent")[:1]:
        raise ValidationError(
            {
                field: gettext("“%(organisation)s” belongs to “%(parent)s”, which would be of no higher level then.")
                % {"organisation": organisation, "parent": organisation.parent}
            }
        )


def register() -> None:
    declare(
        [
            Table(
                code="levels",
                label=_("Levels"),
                about=_("The levels of the tree, from the highest down."),
                model=Level,
                shown=("name", "code", "rank"),
                fixed=("code",),
                why_fixed=BY_CODE,
                editable=("name", "rank"),
                ends=Ends.TAKEN_OUT,
                check=_check_level,
                effect=_(
                    "Organisations stay where they are; a new rank counts for what is added or moved from now on."
                ),
            ),
            Table(
                code="organisation-types",
                label=_("Types of organisation"),
                about=_("What an organisation can be: its level, and how its documents name it."),
                model=OrganisationType,
                shown=("name", "abbreviation", "symbol", "level", "is_cell", "is_body"),
                fixed=("code", "is_cell", "is_body"),
                why_fixed=_(
                    "Who may hold which office, and how cases run, follows from whether a type is a cell or a body, "
                    "so that and the code stay as they were given."
                ),
                editable=(
                    "name",
                    "abbreviation",
                    "symbol",
                    "level",
                    "name_begins",
                    "committee_begins",
                    "issuer",
                    "on_behalf",
                    "deputy_signs",
                    "is_active",
                ),
                ends=Ends.NOT_CHOSEN,
                related=("level",),
                check=_check_type,
                effect=_("Documents issued already stay as they are. A new level counts for cases signed from now on."),
            ),
        ]
    )
