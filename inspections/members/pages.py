"""The pages of members: the list, one of them, and the forms of the verbs."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inspections.lists import Column, FilterForm, ListPage
from inspections.members.forms import (
    CorrectMemberForm,
    CorrectMembershipForm,
    EndExemptionForm,
    EndStayForm,
    ExemptForm,
    MakeFullForm,
    MemberForm,
    ReleaseForm,
    SendForm,
    TransferForm,
)
from inspections.members.models import Exemption, Member, Membership, PastDiscipline
from inspections.members.queries import cells_kept, cells_seen, cells_to_go, correctable, history_of, on_lists
from inspections.members.words import day_told, stretch_told
from inspections.organisations.models import Organisation, Person
from inspections.organisations.pages.choosing import CHOICES_SHOWN, choose, searches
from inspections.organisations.text import whole_number
from inspections.pages import form_page, must, today_of, user_of
from permissions import policy

form_methods = require_http_methods(["GET", "HEAD", "POST"])
HOME, TEMPORARY = Membership.Kind.HOME, Membership.Kind.TEMPORARY


class MemberFilter(FilterForm):
    cell = forms.ModelChoiceField(label=gettext_lazy("Cell"), queryset=Organisation.objects.none(), required=False)
    standing = forms.ChoiceField(
        label=gettext_lazy("Standing"), choices=[("", "—"), *Person.Standing.choices], required=False
    )
    part = forms.ChoiceField(
        label=gettext_lazy("Takes part"),
        choices=[
            ("", "—"),
            ("expected", gettext_lazy("has to attend")),
            ("exempt", gettext_lazy("exempt from attending")),
            ("away", gettext_lazy("temporarily elsewhere")),
            ("guest", gettext_lazy("temporarily here")),
            ("former", gettext_lazy("former members")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cell, cells = self.fields["cell"], cells_seen(user_of(self.request))
        cell.queryset = cells  # type: ignore[attr-defined]
        few = list(cells[: CHOICES_SHOWN + 1])
        self.has_many_cells, self.has_one_cell = len(few) > CHOICES_SHOWN, len(few) <= 1
        cell.choices = [("", "—"), *((one.pk, str(one)) for one in few)]  # type: ignore[attr-defined]
        if self.has_many_cells or self.has_one_cell:
            # many are looked for on a page of their own; of one there is nothing to choose
            cell.widget = forms.HiddenInput()

    def narrow(self, rows: Any) -> Any:
        given, today = self.given, today_of(self.request)
        is_former = given.get("part") == "former"
        rows = rows.filter(kind=HOME, ends_on__lt=today) if is_former else rows.in_force(today)
        narrowed: dict[str, dict[str, Any]] = {
            "expected": {"exempt": False, "elsewhere": False},
            "exempt": {"exempt": True},
            "away": {"elsewhere": True, "kind": HOME},
            "guest": {"kind": TEMPORARY},
        }
        rows = rows.filter(**narrowed.get(given.get("part") or "", {}))
        if given.get("cell"):
            rows = rows.filter(cell=given["cell"])
        if given.get("standing"):
            rows = rows.filter(is_seen=True, person__standing=given["standing"])
        return rows.matching(given["q"], by_card=Q(is_seen=True)) if given.get("q") else rows


def _part_told(row: Any) -> str:
    """How the member takes part here today, in words; empty of one who left for where the reader does not see him."""
    if not row.is_seen:
        return ""
    told = [_("temporarily here")] if row.kind == TEMPORARY else []
    told += [_("exempt from attending")] if row.exempt else []
    told += [_("temporarily elsewhere")] if row.elsewhere and row.kind == HOME else []
    return ", ".join(told)


def _of_seen(tell: Callable[[Person], Any]) -> Callable[[Any], Any]:
    """What is told of the person as he is today, where the reader sees him."""
    return lambda row: tell(row.person) if row.is_seen else ""


LIST = ListPage(
    template="members/list.html",
    filters=MemberFilter,
    sorts={
        "cell": ("cell__path", "person__folded"),
        "name": ("person__folded",),
        "admitted": ("person__admitted_on",),
    },
    columns=[
        Column(gettext_lazy("Cell"), lambda row: str(row.cell)),
        Column(gettext_lazy("Number of the Party card"), _of_seen(lambda person: person.card_number)),
        Column(gettext_lazy("Full name"), lambda row: row.person.full_name),
        Column(gettext_lazy("Date of birth"), lambda row: row.person.born_on),
        Column(gettext_lazy("Sex"), lambda row: row.person.get_sex_display()),
        Column(
            gettext_lazy("Admitted to the Party on"),
            lambda row: day_told(row.person.admitted_on, row.person.admitted_precision),
        ),
        Column(gettext_lazy("Full member since"), _of_seen(lambda person: person.full_on)),
        Column(gettext_lazy("Standing"), _of_seen(lambda person: person.get_standing_display())),
        Column(gettext_lazy("Takes part"), _part_told),
        Column(gettext_lazy("In the cell"), lambda row: stretch_told(row.starts_on, row.ends_on)),
    ],
    file_name="members",
)


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """The members of the cells that the reader oversees, those of the own cell first of all."""
    user, today = user_of(request), today_of(request)
    kept = cells_kept(user, today)
    chosen = request.GET.get("cell", "")
    admit_to = kept.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if admit_to is None and len(few := list(kept[:2])) == 1:
        admit_to = few[0]

    def of_page(rows: list[Any]) -> dict[str, Any]:
        return {"rows": [(row, _part_told(row), stretch_told(row.starts_on, row.ends_on)) for row in rows]}

    return LIST.respond(
        request,
        on_lists(user, today),
        of_page=of_page,
        admit_to=admit_to,
        takes_lists=policy.holds(user, "keep_members"),
    )


@require_safe
def cells(request: HttpRequest) -> HttpResponse:
    """The page on which one chooses the cell whose members are listed, where there are many."""
    rows = cells_seen(user_of(request)).select_related("type", "parent")
    to, back = _chosen(request, rows), reverse("members:list")
    if to is not None and not searches(request):
        return redirect(f"{back}?cell={to.pk}")
    shown = {
        "name": "cell",
        "choice": _("Whose members"),
        "help": _("Only cells whose members you see."),
        "button": _("Show its members"),
        "nowhere": (_("No cell to choose"), _("There is no cell whose members you see.")),
    }
    chosen = [to] if to is not None else []
    trail = [*_list_trail(None), (_("Choose a cell"), "")]
    return choose(request, rows, chosen=chosen, heading=_("Choose a cell"), trail=trail, back=back, shown=shown)


def _member(request: HttpRequest, pk: int) -> Member:
    rows = policy.visible(user_of(request), Member.objects.select_related("organisation"))
    return get_object_or_404(rows, pk=pk)


def _trail(member: Member) -> list[tuple[Any, str]]:
    return [*_list_trail(member.organisation), (member.full_name, member.get_absolute_url())]


def _list_trail(cell: Organisation | None) -> list[tuple[Any, str]]:
    trail: list[tuple[Any, str]] = [(_("Members"), reverse("members:list"))]
    return [*trail, (cell.name, f"{reverse('members:list')}?cell={cell.pk}")] if cell is not None else trail


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One member: facts, where he belongs and belonged, exemptions, past discipline, history."""
    member = _member(request, pk)
    user, today = user_of(request), today_of(request)
    keeps = bool(policy.may(user, "keep_members", member))
    memberships = list(policy.visible(user, Membership.objects.filter(person=member)).select_related("cell"))
    exemptions = policy.visible(user, Exemption.objects.filter(person=member))
    home = next((row for row in memberships if row.kind == HOME and row.ends_on is None), None)
    homes = [row for row in memberships if row.kind == HOME]
    context = {
        "member": member,
        "admitted": day_told(member.admitted_on, member.admitted_precision),
        "homes": [_shown(row, today) for row in homes],
        "correctable": correctable(user, homes) if keeps else (),
        "stays": [_shown(row, today) for row in memberships if row.kind == TEMPORARY],
        "exemptions": [_shown(row, today) for row in exemptions],
        "disciplines": policy.visible(user, PastDiscipline.objects.filter(person=member)),
        "has_home": home is not None,
        "may_keep": keeps,
        "may_transfer": keeps and cells_to_go(user, member, today).exists(),
        "sees_person": policy.visible(user, Person.objects.filter(pk=member.pk)).exists(),
        "entries": history_of(member, [row.cell for row in homes])[:20] if keeps else None,
        "trail": [*_list_trail(member.organisation), (member.full_name, "")],
    }
    return render(request, "members/detail.html", context)


def _shown(row: Any, today: Any) -> tuple[Any, str, bool, bool]:
    """The row, from when to when in words, whether it is in force, whether it can still be ended."""
    running = row.ends_on is None or row.ends_on >= today
    return row, stretch_told(row.starts_on, row.ends_on), row.is_in_force(today), running


@form_methods
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is admitted to a cell."""
    rows = policy.visible(user_of(request), Organisation.objects.filter(type__is_cell=True).select_related("type"))
    cell = get_object_or_404(rows, pk=pk)
    must(request, "keep_members", cell)
    return form_page(
        request,
        MemberForm,
        target=cell,
        heading=_("Add a member of %(organisation)s") % {"organisation": cell},
        button=_("Add the member"),
        back=f"{reverse('members:list')}?cell={cell.pk}",
        trail=_list_trail(cell),
        done=_("The member is added."),
        to=lambda member: member.get_absolute_url(),
    )


def _form(
    request: HttpRequest,
    form: Any,
    row: Any,
    heading: Any,
    button: Any,
    done: Any,
    to: Organisation | None = None,
) -> HttpResponse:
    """A form about a member or a row of his, which leads back to him. to: the cell to which he goes. Raises Refused."""
    must(request, "keep_members", row)
    member = row if isinstance(row, Member) else get_object_or_404(Member, pk=row.person_id)
    return form_page(
        request,
        form,
        target=row,
        heading=heading,
        button=button,
        back=member.get_absolute_url(),
        trail=_trail(member),
        done=done,
        context={"intro": f"{member.full_name if row is member else row}{f' → {to}' if to is not None else ''}"},
    )


@form_methods
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which facts of a member are corrected."""
    words = _("Correct"), _("Save"), _("The correction is saved.")
    return _form(request, CorrectMemberForm, _member(request, pk), *words)


@form_methods
def make_full(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a probationary member becomes a full one."""
    words = _("Make a full member"), _("Make a full member"), _("He is a full member from that day on.")
    return _form(request, MakeFullForm, _member(request, pk), *words)


def _chosen(request: HttpRequest, cells: Any) -> Organisation | None:
    """The cell that was chosen before the form."""
    cell: Organisation | None = cells.filter(pk=whole_number(_given(request))).first()
    return cell


def _given(request: HttpRequest) -> str:
    return (request.POST or request.GET).get("cell", "")


def _choose_cell(request: HttpRequest, member: Member, cells: Any, heading: Any, shown: dict[str, Any]) -> HttpResponse:
    """The page on which the cell is chosen to which a member goes."""
    help = _("Only cells whose members you keep.")
    nowhere = _("No cell to choose"), _("There is no other cell whose members you keep.")
    to = _chosen(request, cells)
    return choose(
        request,
        cells,
        chosen=[to] if to is not None else [],
        heading=heading,
        trail=_trail(member),
        back=member.get_absolute_url(),
        shown={"name": "cell", "button": _("Go on"), "help": help, "nowhere": nowhere, **shown},
    )


@form_methods
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages on which a member is transferred to another cell: first to which, then from when."""
    member = _member(request, pk)
    must(request, "keep_members", member)
    cells = cells_to_go(user_of(request), member, today_of(request))
    to = _chosen(request, cells)
    if request.method != "POST" and (to is None or searches(request)):
        shown = {"choice": _("To which cell")}
        return _choose_cell(request, member, cells, _("Transfer to another cell"), shown)
    words = (
        _("Transfer to another cell"),
        _("Transfer"),
        _("The member is transferred; the rolls of both cells follow."),
    )
    return _form(request, partial(TransferForm, to=to), member, *words, to=to)


@form_methods
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is taken off the list of his cell."""
    words = _("Take off the list"), _("Take off the list"), _("The member is off the list after that day.")
    return _form(request, ReleaseForm, _member(request, pk), *words)


@form_methods
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages on which a member takes part elsewhere for a time: first where, then from when to when."""
    member = _member(request, pk)
    must(request, "keep_members", member)
    cells = cells_to_go(user_of(request), member, today_of(request))
    to, is_in_words = _chosen(request, cells), _given(request) == "none"
    is_chosen = to is not None or is_in_words or not cells.exists()
    if request.method != "POST" and (searches(request) or not is_chosen):
        shown = {
            "choice": _("In which cell"),
            "may_be_none": True,
            "none_chosen": is_in_words,
            "none_words": _("somewhere else; the next page asks where"),
        }
        return _choose_cell(request, member, cells, _("Take part elsewhere for a time"), shown)
    words = _("Take part elsewhere for a time"), _("Save"), _("The stay is recorded.")
    return _form(request, partial(SendForm, to=to), member, *words, to=to)


@form_methods
def exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is exempted from attending."""
    words = _("Exempt from attending"), _("Exempt"), _("The exemption is recorded.")
    return _form(request, ExemptForm, _member(request, pk), *words)


def _row(request: HttpRequest, rows: Any, pk: int) -> Any:
    return get_object_or_404(policy.visible(user_of(request), rows.select_related("person__organisation")), pk=pk)


@form_methods
def end_stay(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a stay elsewhere is ended."""
    row = _row(request, Membership.objects.filter(kind=TEMPORARY), pk)
    words = _("End the stay elsewhere"), _("End it"), _("The stay ends with that day.")
    return _form(request, EndStayForm, row, *words)


@form_methods
def end_exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which an exemption is ended."""
    row = _row(request, Exemption.objects, pk)
    words = _("End the exemption"), _("End it"), _("The exemption ends with that day.")
    return _form(request, EndExemptionForm, row, *words)


@form_methods
def correct_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the days of a membership are corrected."""
    row = _row(request, Membership.objects.select_related("cell"), pk)
    if row.kind == HOME:
        must(request, "keep_members", row.cell)
    words = _("Correct the days"), _("Save"), _("The correction is saved.")
    return _form(request, CorrectMembershipForm, row, *words)
