"""Holidays, time-limit rules and legal instruments: all data, with validity and certainty (domain.md §1, §4.2, §9)."""

import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from inspections.organisations.models import Level, Organisation


class Certainty(models.TextChoices):
    CONFIRMED = "C2", _("two or more independent sources")
    ONE_SOURCE = "C1", _("one source")
    UNSURE = "U", _("unsure, to be confirmed")
    DESIGN = "D", _("set by the organisation")


class LegalInstrumentQuerySet(models.QuerySet["LegalInstrument"]):
    def in_force(self, on: datetime.date) -> "LegalInstrumentQuerySet":
        """Those valid on the day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class LegalInstrument(models.Model):
    """A legal instrument with the days it is valid."""

    symbol = models.CharField(_("number and symbol"), max_length=40, unique=True)
    title = models.CharField(_("subject"), max_length=300)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)

    objects = LegalInstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal instrument")
        verbose_name_plural = _("legal instruments")
        ordering = ["-valid_from", "symbol"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="instrument_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} – {self.title}"


class CalendarDay(models.Model):
    """A day that is not as its weekday says: a day of rest, or a worked day of the weekend."""

    class Kind(models.TextChoices):
        REST = "rest", _("day of rest")
        WORKED = "worked", _("worked day")

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("for the tree of"),
        help_text=_("Empty: for the whole country."),
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.REST)
    name = models.CharField(_("name"), max_length=150)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    is_provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(organisation__isnull=True),
                name="calendar_day_once",
                violation_error_message=_("This day is in the calendar already."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "day"],
                condition=Q(organisation__isnull=False),
                name="calendar_day_once_in_a_tree",
                violation_error_message=_("This day is in the calendar already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class WorkingWeek(models.Model):
    """Which weekdays are worked in a tree from a day on. The nearest week above an organisation counts."""

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("for the tree of"),
        help_text=_("Empty: for the whole country."),
    )
    weekdays = models.CharField(
        _("weekdays that are worked"),
        max_length=7,
        # 0 is Monday: the digits of the weekdays, in their order
        validators=[RegexValidator(r"^(?=.)0?1?2?3?4?5?6?$", _("Choose at least one weekday."))],
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=200)

    class Meta:
        verbose_name = _("working week")
        verbose_name_plural = _("working weeks")
        ordering = ["-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="week_ends_after_it_starts",
            ),
            *(
                models.UniqueConstraint(
                    fields=[*places, "valid_from"],
                    condition=Q(organisation__isnull=not places),
                    name=name,
                    violation_error_message=_("There is a working week from this day on already."),
                )
                for name, places in (("week_once", ()), ("week_once_in_a_tree", ("organisation",)))
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(str(WEEKDAYS[int(digit)]) for digit in self.weekdays)


class Duty(models.TextChoices):
    """The duties that can have a time limit: what a rule calls its step, and a step of a procedure its clock
    (domain.md §4.2). Those that no process has yet are data all the same."""

    ANNOUNCE = "announce", _("Announce the decision and plan")
    VERIFY = "verify", _("Verify and report")
    WHOLE_CASE = "whole_case", _("Carry out the case")
    CLOSE_DOSSIER = "close_dossier", _("Hand over the dossier")
    START = "start", _("Begin the work")
    ADVANCE_NOTICE = "advance_notice", _("Tell the subject in advance")
    EXAMINED_PERIOD = "examined_period", _("Period examined, at most")
    AGENCY_CASE = "agency_case", _("Inspection or supervision by an advisory agency")
    AGENCY_PERIOD = "agency_period", _("Period examined by an advisory agency, at most")
    CORRECTION_REPORT = "correction_report", _("Report on the correction")
    JUDGE_PLAN = "judge_plan", _("Judge the corrective plan")
    JUDGE_REPORT = "judge_report", _("Judge the proof of correction")
    RESOLVE_DENUNCIATION = "resolve_denunciation", _("Resolve a denunciation")
    BEFORE_CONGRESS = "before_congress", _("Denunciation that is not resolved before the congress")
    FILE_COMPLAINT = "file_complaint", _("File a complaint")
    RESOLVE_COMPLAINT = "resolve_complaint", _("Resolve a complaint")
    SUSPENSION = "suspension", _("Suspension from Party activity")
    DISCIPLINE_DECISION = "discipline_decision", _("Written discipline decision of a cell")
    NOTIFY_PARTY = "notify_party", _("Notify the Party body of state discipline")
    DISCIPLINE_LAPSES = "discipline_lapses", _("A discipline lapses")
    UPLOAD_MEETING = "upload_meeting", _("Upload the result of a meeting")


# those that are clocks of a case: the steps of its procedure name them
CASE_DUTIES = (Duty.ANNOUNCE, Duty.VERIFY, Duty.WHOLE_CASE, Duty.CLOSE_DOSSIER)


class StartEvent(models.TextChoices):
    """The events from which limits are counted (domain.md §4.2)."""

    SIGNING = "signing", _("the signing of the decision")
    ANNOUNCEMENT = "announcement", _("the announcement of decision and plan")
    SELF_REPORTS = "self_reports", _("the receipt of the subject's report")
    NOTICE_ANNOUNCEMENT = "notice_announcement", _("the announcement of the conclusion")
    HANDED_IN = "handed_in", _("the handing in")
    WORK_BEGINS = "work_begins", _("the beginning of the work, counted back")
    RECEIPT = "receipt", _("the receipt by the competent organisation")
    CONGRESS = "congress", _("the congress, counted back")
    SUSPENDING = "suspending", _("the decision to suspend")
    DECISION = "decision", _("the decision")
    DECISION_ANNOUNCED = "decision_announced", _("the announcement or receipt of the discipline decision")
    VOTE = "vote", _("the announcement of the vote")
    MEETING = "meeting", _("the meeting")


# the events that a time limit of the duty may be counted from: those that come while it is owed
EVENTS: dict[Duty, tuple[StartEvent, ...]] = {
    Duty.ANNOUNCE: (StartEvent.SIGNING,),
    Duty.VERIFY: (StartEvent.SIGNING, StartEvent.ANNOUNCEMENT, StartEvent.SELF_REPORTS),
    Duty.WHOLE_CASE: (StartEvent.SIGNING, StartEvent.ANNOUNCEMENT, StartEvent.SELF_REPORTS),
    Duty.CLOSE_DOSSIER: (StartEvent.NOTICE_ANNOUNCEMENT,),
    Duty.START: (StartEvent.SIGNING,),
    Duty.ADVANCE_NOTICE: (StartEvent.WORK_BEGINS,),
    Duty.EXAMINED_PERIOD: (StartEvent.SIGNING,),
    Duty.AGENCY_CASE: (StartEvent.SIGNING, StartEvent.ANNOUNCEMENT),
    Duty.AGENCY_PERIOD: (StartEvent.SIGNING,),
    Duty.CORRECTION_REPORT: (StartEvent.NOTICE_ANNOUNCEMENT,),
    Duty.JUDGE_PLAN: (StartEvent.HANDED_IN,),
    Duty.JUDGE_REPORT: (StartEvent.HANDED_IN,),
    Duty.RESOLVE_DENUNCIATION: (StartEvent.RECEIPT,),
    Duty.BEFORE_CONGRESS: (StartEvent.CONGRESS,),
    Duty.FILE_COMPLAINT: (StartEvent.DECISION_ANNOUNCED,),
    Duty.RESOLVE_COMPLAINT: (StartEvent.RECEIPT,),
    Duty.SUSPENSION: (StartEvent.SUSPENDING,),
    Duty.DISCIPLINE_DECISION: (StartEvent.VOTE,),
    Duty.NOTIFY_PARTY: (StartEvent.DECISION,),
    Duty.DISCIPLINE_LAPSES: (StartEvent.DECISION,),
    Duty.UPLOAD_MEETING: (StartEvent.MEETING,),
}


class ExtendedBy(models.TextChoices):
    """Who decides on the extension of a clock (domain.md §4.2)."""

    ORDERING_BODY = "ordering_body", _("the body that ordered the case")
    SUPERIOR = "superior", _("the standing committee above it")


class AfterReturnChoice(models.TextChoices):
    """What a clock does when the matter comes back to who owes."""

    TIME_LEFT = "time_left", _("the time that was left runs on")
    SAME_DAY = "same_day", _("it stays due on the same day")
    ANEW = "anew", _("the whole limit runs again")


class OnSilence(models.TextChoices):
    """What happens when who has to judge lets his own limit pass."""

    NOTHING = "", _("nothing by itself")
    ESCALATE = "escalate", _("it is reported to the leaders")
    ACCEPTED = "accepted", _("it counts as accepted")


# of whose silence a rule may say that it is consent: those who judge what others handed in
CONSENTING = frozenset({Duty.JUDGE_PLAN, Duty.JUDGE_REPORT})


# nulls are equal to nothing, so each of their combinations has its own constraint
RULE_ONCE: dict[str, tuple[str, ...]] = {
    "rule_once": (),
    "rule_once_of_a_level": ("level",),
    "rule_once_in_a_tree": ("organisation",),
    "rule_once_of_a_level_in_a_tree": ("level", "organisation"),
}


class TimeLimitRule(models.Model):
    """How long a step may take. The nearest rule above an organisation that is valid on the day wins."""

    class UnitChoice(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        WORKING = "working", _("working days")
        MONTH = "month", _("months")
        YEAR = "year", _("years")

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        verbose_name=_("for the tree of"),
        help_text=_("Empty: for all."),
    )
    kind = models.CharField(_("kind of work"), max_length=10, blank=True)
    level = models.ForeignKey(Level, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("level"))
    step = models.CharField(_("step"), max_length=40)
    amount = models.PositiveSmallIntegerField(
        _("amount"),
        null=True,
        blank=True,
        help_text=_("Empty: not known; a date and a reason are asked for."),
    )
    unit = models.CharField(_("unit"), max_length=8, choices=UnitChoice.choices)
    start_event = models.CharField(_("counted from"), max_length=100, choices=StartEvent.choices)
    counts_start_day = models.BooleanField(_("the start day counts"), default=False)
    rolls = models.BooleanField(_("a rest day rolls to the next working day"), default=False)
    extension_part = models.PositiveSmallIntegerField(
        _("extension at most one … of the limit"),
        null=True,
        blank=True,
        help_text=_("3 means at most one third."),
    )
    extension_amount = models.PositiveSmallIntegerField(_("extension at most (amount)"), null=True, blank=True)
    extension_count = models.PositiveSmallIntegerField(_("how many extensions"), default=1)
    extended_by = models.CharField(
        _("extended by"), max_length=100, choices=ExtendedBy.choices, default=ExtendedBy.ORDERING_BODY
    )
    may_be_suspended = models.BooleanField(_("may be suspended"), default=False)
    after_return = models.CharField(
        _("after a return"), max_length=10, choices=AfterReturnChoice.choices, default=AfterReturnChoice.TIME_LEFT
    )
    on_silence = models.CharField(_("when it passes in silence"), max_length=10, choices=OnSilence.choices, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["step", "kind", "level__rank", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rule_ends_after_it_starts",
            ),
            *(
                models.UniqueConstraint(
                    fields=["step", "kind", *places, "valid_from"],
                    condition=Q(level__isnull="level" not in places, organisation__isnull="organisation" not in places),
                    name=name,
                    violation_error_message=_("There is a time limit for this from this day on already."),
                )
                for name, places in RULE_ONCE.items()
            ),
        ]

    def __str__(self) -> str:
        told = [dict(Duty.choices).get(self.step, self.step), self.kind, self.level]
        return f"{' · '.join(str(one) for one in told if one)}: {self.limit or '?'}"

    @property
    def limit(self) -> str:
        """Amount and unit; empty where the amount is not known."""
        return "" if self.amount is None else f"{self.amount} {self.get_unit_display()}"

    words = {"limit": _("limit")}
