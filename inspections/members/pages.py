"""The pages of members: the list, one of them, and the forms of the verbs."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
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
from inspections.members.queries import cells_kept, cells_seen, history_of, on_lists
from inspections.members.words import day_told, stretch_told
from inspections.organisations.models import Organisation, Person
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
        self.fields["cell"].queryset = cells_seen(user_of(self.request))  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        given, today = self.given, today_of(self.request)
        is_former = given.get("part") == "former"
        rows = rows.filter(kind=HOME, ends_on__lt=today) if is_former else rows.in_force(today)
        narrowed: dict[str, dict[str, Any]] = {
            "expected": {"exempt": False, "elsewhere": False, "kind": HOME},
            "exempt": {"exempt": True},
            "away": {"elsewhere": True, "kind": HOME},
            "guest": {"kind": TEMPORARY},
        }
        rows = rows.filter(**narrowed.get(given.get("part") or "", {}))
        if given.get("cell"):
            rows = rows.filter(cell=given["cell"])
        if given.get("standing"):
            rows = rows.filter(person__standing=given["standing"])
        return super().narrow(rows)


def _part_told(row: Any) -> str:
    """How the member takes part here today, in words."""
    if row.kind == TEMPORARY:
        return _("temporarily here")
    told = [_("exempt from attending")] if row.exempt else []
    told += [_("temporarily elsewhere")] if row.elsewhere else []
    return ", ".join(told)


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
        Column(gettext_lazy("Number of the Party card"), lambda row: row.person.card_number),
        Column(gettext_lazy("Full name"), lambda row: row.person.full_name),
        Column(gettext_lazy("Date of birth"), lambda row: row.person.born_on),
        Column(gettext_lazy("Sex"), lambda row: row.person.get_sex_display()),
        Column(
            gettext_lazy("Admitted to the Party on"),
            lambda row: day_told(row.person.admitted_on, row.person.admitted_precision),
        ),
        Column(gettext_lazy("Full member since"), lambda row: row.person.full_on),
        Column(gettext_lazy("Standing"), lambda row: row.person.get_standing_display()),
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
        keys = [row.person_id for row in rows]
        seen = policy.visible(user, Member.objects.filter(pk__in=keys))
        told = [(row, _part_told(row), stretch_told(row.starts_on, row.ends_on)) for row in rows]
        return {"rows": told, "open_pages": set(seen.order_by().values_list("pk", flat=True))}

    return LIST.respond(
        request,
        on_lists(user, today),
        of_page=of_page,
        admit_to=admit_to,
        takes_lists=policy.holds(user, "keep_members"),
    )


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
    others = cells_kept(user, today)
    if home is not None:
        others = others.exclude(pk=home.cell_id or 0)
    context = {
        "member": member,
        "admitted": day_told(member.admitted_on, member.admitted_precision),
        "homes": [_shown(row, today) for row in memberships if row.kind == HOME],
        "stays": [_shown(row, today) for row in memberships if row.kind == TEMPORARY],
        "exemptions": [_shown(row, today) for row in exemptions],
        "disciplines": policy.visible(user, PastDiscipline.objects.filter(person=member)),
        "has_home": home is not None,
        "may_keep": keeps,
        "may_transfer": keeps and others.exists(),
        "sees_person": policy.visible(user, Person.objects.filter(pk=member.pk)).exists(),
        "entries": history_of(member, [row.cell for row in memberships if row.kind == HOME])[:20] if keeps else None,
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


def _form(request: HttpRequest, form: Any, row: Any, heading: Any, button: Any, done: Any) -> HttpResponse:
    """A form about a member or a row of his, which leads back to him. Raises Refused."""
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
        context={"intro": member.full_name if row is member else str(row)},
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


@form_methods
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is transferred to another cell."""
    words = (
        _("Transfer to another cell"),
        _("Transfer"),
        _("The member is transferred; the rolls of both cells follow."),
    )
    return _form(request, TransferForm, _member(request, pk), *words)


@form_methods
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member is taken off the list of his cell."""
    words = _("Take off the list"), _("Take off the list"), _("The member is off the list after that day.")
    return _form(request, ReleaseForm, _member(request, pk), *words)


@form_methods
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a member takes part elsewhere for a time."""
    words = _("Take part elsewhere for a time"), _("Save"), _("The stay is recorded.")
    return _form(request, SendForm, _member(request, pk), *words)


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
    words = _("Correct the days"), _("Save"), _("The correction is saved.")
    return _form(request, CorrectMembershipForm, row, *words)
