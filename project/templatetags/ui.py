"""What templates need to draw: icons, states, due days, filters in the address, differences."""

import datetime
import difflib
import re
from decimal import Decimal
from typing import Any

from django import forms, template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inspections.calendars import rules
from inspections.calendars.models import Duty
from inspections.calendars.queries import calendar_for
from inspections.calendars.rules import SOON, WorkingCalendar, days_late
from inspections.cases.models import Case
from inspections.cases.queries import look_of, stage_told
from inspections.programmes.rules import Progress

register = template.Library()

STATE_ICONS = {
    "draft": "circle-dashed",
    "running": "circle-play",
    "waiting": "hourglass",
    "soon": "clock",
    "late": "triangle-alert",
    "done": "circle-check",
    "stopped": "circle-slash",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite; the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        staticfiles_storage.url("icons.svg"),
        name,
    )


IMPORT_STATES = {
    "new": ("done", gettext_lazy("new")),
    "changed": ("running", gettext_lazy("changed")),
    "same": ("draft", gettext_lazy("the same")),
    "skipped": ("draft", gettext_lazy("skipped")),
    "doubt": ("soon", gettext_lazy("in doubt")),
    "wrong": ("late", gettext_lazy("wrong")),
}


@register.simple_tag
def import_state(state: str) -> SafeString:
    """The state of a line that is being taken in: colour, shape and word."""
    look, words = IMPORT_STATES[state]
    return format_html('<span class="state {}">{} {}</span>', look, icon(STATE_ICONS[look]), words)


@register.simple_tag
def state_icon(look: str) -> SafeString:
    return icon(STATE_ICONS[look])


# in words of our own, so that dates read as the field writes them: "thứ Ba 01/12/2026"
WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


def _working_calendar(context: Any) -> WorkingCalendar:
    """The national calendar, read once a page. The page of a deadline counts its organisation's local days too."""
    request = context["request"]
    if not hasattr(request, "_working_calendar"):
        request._working_calendar = calendar_for(None)
    return request._working_calendar  # type: ignore[no-any-return]


@register.simple_tag(takes_context=True)
def due_state(context: Any, day: datetime.date, today: datetime.date) -> dict[str, str]:
    """How a due day looks and reads today: `look`, `words`, and `over` for what is done."""
    over = _("finished")
    left = (day - today).days
    if left < 0:
        late = days_late(day, today)
        words = ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}
        return {"look": "late", "words": words, "over": over}
    working = _working_calendar(context).working_days_between(today, day)
    if left == 0:
        words = _("due today")
    elif working:
        words = ngettext("%(n)d working day left", "%(n)d working days left", working) % {"n": working}
    else:
        words = ngettext("%(n)d day of rest left", "%(n)d days of rest left", left) % {"n": left}
    return {"look": "soon" if left <= SOON else "running", "words": words, "over": over}


@register.filter
def figure(value: Decimal | None) -> str:
    """A figure as it is read: 90, 87,5; a dash where there is none."""
    return "—" if value is None else number_format(f"{value.normalize():f}")


@register.simple_tag
def when(moment: datetime.datetime) -> SafeString:
    """A moment as day and hour, with the exact instant for whoever hovers over it."""
    local = timezone.localtime(moment)
    exact = f"{WEEKDAYS[local.weekday()]} {local:%d/%m/%Y %H:%M:%S} (UTC{local:%z})"
    shown = f"{local:%H:%M %d/%m/%Y}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, shown)


@register.simple_tag
def sort_of(name: str, sort: str) -> dict[str, str]:
    """How a column head sorts: the key that pressing it asks for, and how the list is sorted by it now."""
    if sort == name:
        return {"next": f"-{name}", "aria": "ascending", "sign": "▲"}
    if sort == f"-{name}":
        return {"next": name, "aria": "descending", "sign": "▼"}
    return {"next": name, "aria": "", "sign": ""}


@register.filter
def value_of(values: dict[Any, Any], key: Any) -> Any:
    """The value of a key that is itself a variable; empty when there is none."""
    return values.get(key, "")


@register.filter
def answer_words(bound: forms.BoundField) -> str:
    """What was answered in a field, in the words of its choices."""
    choices = {str(value): str(words) for value, words in getattr(bound.field, "choices", [])}
    value = bound.value()
    return choices.get(str(value), str(value if value is not None else ""))


@register.simple_tag(takes_context=True)
def query_with(context: Any, **changes: Any) -> str:
    """The present address's query with some values changed; an empty value takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return str(query.urlencode())


@register.simple_tag(takes_context=True)
def chosen_filters(context: Any, form: forms.Form) -> list[dict[str, str]]:
    """The filters that are set, each with the address without it."""
    form.is_valid()  # what is wrong stands beside its field; the others are set all the same
    chips = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if value in (None, "", False):
            continue
        # the choices of a hidden field, which may be all organisations, are not read
        choices = {} if bound.is_hidden else dict(getattr(bound.field, "choices", []) or [])
        choices[True] = _("yes")
        query = context["request"].GET.copy()
        query.pop(bound.name, None)
        query.pop("page", None)
        chips.append({"label": str(bound.label), "value": str(choices.get(value, value)), "query": query.urlencode()})
    return chips


@register.simple_tag
def error_list(form: Any) -> list[dict[str, str]]:
    """All errors of a form and of its rows, each with the id of its field."""
    found: list[dict[str, str]] = []
    for name, errors in form.errors.items():
        bound = form[name] if name in form.fields else None
        hidden = bound is None or bound.is_hidden
        for error in errors:
            found.append(
                {
                    "id": "" if hidden or bound is None else bound.auto_id,
                    "label": "" if hidden or bound is None else str(bound.label),
                    "text": error,
                }
            )
    for rows in (getattr(form, name, None) for name in ("rows", "ballots", "demands", "lines")):
        if isinstance(rows, forms.BaseFormSet) and rows.is_bound:
            found += [{"id": "", "label": "", "text": str(error)} for error in rows.non_form_errors()]
            for row in rows.forms:
                found += error_list(row)
    return found


@register.filter
def widget_kind(bound: forms.BoundField) -> str:
    """How a field is laid out: a group of choices, one box to tick, a date, or anything else."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "date" if isinstance(bound.field, forms.DateField) else "other"


@register.filter
def optional_word(bound: forms.BoundField) -> str:
    """Said of a field that may stay empty; not of those in a row that may stay empty as a whole."""
    return "" if bound.form.empty_permitted else _("(optional)")


@register.filter
def date_hint(bound: forms.BoundField) -> str:
    return _("Day/month/year, for example 24/11/2026")


@register.simple_tag
def differences(old: str, new: str) -> SafeString:
    """Two texts as one, with what went and what came marked, word by word."""
    before, after = re.split(r"(\s+)", old), re.split(r"(\s+)", new)
    parts: list[tuple[str, str]] = []
    for what, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(("span", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            parts.append(("del", "".join(before[i1:i2])))
        if j2 > j1:
            parts.append(("ins", "".join(after[j1:j2])))
    return format_html_join("", "<{0}>{1}</{0}>", parts)


@register.inclusion_tag("components/state.html")
def case_state(case: Case) -> dict[str, Any]:
    """The stage of a case as colour, shape and word, as its reader is told of it."""
    return {"look": look_of(case), "text": stage_told(case).label}


PROGRESS_WORDS = {
    Progress.PLANNED: gettext_lazy("planned"),
    Progress.OPENED: gettext_lazy("opened"),
    Progress.DONE: gettext_lazy("done"),
    Progress.LATE: gettext_lazy("late"),
    Progress.DROPPED: gettext_lazy("dropped"),
}


@register.inclusion_tag("components/state.html")
def progress_state(progress: Progress, look: str) -> dict[str, Any]:
    """How far a line of a programme has come, as colour, shape and word."""
    return {"look": look, "text": PROGRESS_WORDS[progress]}


@register.simple_tag
def step_label(step: str) -> str:
    """The step of a time limit in words; one an administrator added stands as he wrote it."""
    return str(Duty(step).label) if step in Duty.values else step


@register.simple_tag
def formal_date(day: datetime.date) -> str:
    """A date as documents write it."""
    return rules.formal_date(day)
