"""One corrective action per demand: its five-column plan, judged line by line, proofs and verdicts (domain.md §5.3);
what follows: looked at again after a while, or carried into another case when overdue (§5.4)."""

import datetime

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import SOON, days_after
from inspections.cases.models import Case, CaseKind
from inspections.deadlines.models import Deadline
from inspections.documents.models import Attachment
from inspections.findings.models import Demand, Finding
from inspections.organisations.models import Organisation, Person
from inspections.organisations.text import fold

# what the running clock of who must correct is called: the correction, or the report on a demand that has no day
CORRECT, REPORT_QUARTER = "correct", "report_quarter"
# while who must correct holds it, its days count
HELD_BY_DOER = ("planning", "carrying_out")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> "CorrectionQuerySet":
        """Not yet accepted."""
        return self.exclude(state=Correction.State.ACCEPTED)

    def watched(self) -> "CorrectionQuerySet":
        """Not yet accepted, or still to be looked at again."""
        looks = LookAgain.objects.filter(judged_at__isnull=True, correction=models.OuterRef("pk"))
        return self.filter(~Q(state=Correction.State.ACCEPTED) | Q(models.Exists(looks)))

    @staticmethod
    def kinds_of_open(today: datetime.date) -> dict[str, Q]:
        """What is told apart among open corrections -> its condition: the leader's figures, and the lists they open."""
        return {
            "open": Q(),
            "soon": Q(due_on__gte=today, due_on__lte=days_after(today, SOON), state__in=HELD_BY_DOER),
            "overdue": Q(due_on__lt=today, state__in=HELD_BY_DOER),
            "sent_back": Q(times_returned__gt=0),
        }

    def matching(self, words: str) -> "CorrectionQuerySet":
        """Those whose demand, number or organisation has every word, accents and case aside."""
        found = self
        for word in fold(words).split():
            found = found.filter(folded__contains=word)
        return found


class Correction(models.Model):
    """The carrying out of one demand of a published notice, from the plan to the acceptance."""

    class State(models.TextChoices):
        PLANNING = "planning", _("plan being written")
        PLAN_SUBMITTED = "plan_submitted", _("plan with the monitor")
        CARRYING_OUT = "carrying_out", _("being carried out")
        REPORTED = "reported", _("report with the monitor")
        ACCEPTED = "accepted", _("accepted")

    demand = models.OneToOneField(Demand, on_delete=models.PROTECT, related_name="correction")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("who corrects")
    )
    org_path = models.CharField(max_length=60, db_index=True, editable=False)
    monitor = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="monitored_corrections", verbose_name=_("monitor")
    )
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.PLANNING, db_index=True)
    # null: a demand of a running book that is due at all times, or was met and had no day
    due_on = models.DateField(_("last safe day"), null=True)
    folded = models.TextField(editable=False)
    opened_at = models.DateTimeField()
    # null though accepted: the running book says that it was done and not when
    accepted_at = models.DateTimeField(null=True)
    is_from_book = models.BooleanField(_("taken in from a running book"), default=False)
    book_words = models.TextField(_("as the running book says"), blank=True)
    times_returned = models.PositiveSmallIntegerField(_("times returned"), default=0)
    # each time it opened again as recurring, with a plan of its own
    times_recurred = models.PositiveSmallIntegerField(_("times recurred"), default=0)

    clocks = GenericRelation(Deadline, content_type_field="item_type", object_id_field="item_id")

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="accepted") & (Q(accepted_at__isnull=False) | Q(is_from_book=True)))
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="correction_accepted_means_dated",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(is_from_book=True), name="correction_is_due_some_day"
            ),
        ]
        indexes = [models.Index(fields=["org_path", "due_on"], condition=~Q(state="accepted"), name="correction_board")]

    def __str__(self) -> str:
        return f"{self.demand.notice.number} – {self.demand}"

    @property
    def is_standing(self) -> bool:
        """Whether it is due at all times, so that it is asked about every quarter instead of being due once."""
        return self.due_on is None and self.state != self.State.ACCEPTED

    @property
    def clock(self) -> Deadline | None:
        """The newest clock of who must correct; one query, unless the clocks were read before."""
        own = [one for one in self.clocks.all() if one.duty in (CORRECT, REPORT_QUARTER)]
        return max(own, key=lambda one: one.pk, default=None)

    @property
    def is_owed(self) -> bool:
        """Whether who must correct holds it: its days count for him (architecture.md §7)."""
        return self.state in HELD_BY_DOER

    @property
    def duty(self) -> str:
        """What its running clock is called: the correction itself, or the quarterly report on a standing demand."""
        return REPORT_QUARTER if self.due_on is None else CORRECT

    def get_absolute_url(self) -> str:
        return reverse("remedies:detail", args=[self.pk])

    @property
    def doer(self) -> str:
        """Who has to correct, as the notice names him, and to which organisation it passed since."""
        assignee = self.demand.assignee
        passed = assignee is not None and assignee.organisation_id != self.organisation_id
        return f"{assignee} → {self.organisation}" if passed else str(assignee)

    @property
    def round(self) -> int:
        """Which plan it is now at, from 1."""
        return self.times_recurred + 1


class RemedyAction(models.Model):
    """One line of the five-column plan. Its wordings over time are `RemedyWording` rows."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("with the monitor")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("agreed, to be carried out")
        REPORTED = "reported", _("reported")
        DONE = "done", _("done")

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField(_("No."))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="remedy_actions", verbose_name=_("shortcoming")
    )
    remedy = models.TextField(_("remedy"))
    due_on = models.DateField(_("time (day at the latest)"), null=True)
    product = models.TextField(_("product that proves it"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        verbose_name = _("line of a corrective plan")
        verbose_name_plural = _("lines of a corrective plan")
        ordering = ["correction", "position"]
        constraints = [models.UniqueConstraint(fields=["correction", "position"], name="remedy_position_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.remedy[:80]}"


class RemedyWording(models.Model):
    """A line as it was submitted at one time."""

    action = models.ForeignKey(RemedyAction, on_delete=models.PROTECT, related_name="wordings")
    round = models.PositiveSmallIntegerField(_("round"))
    facts = models.JSONField(_("facts as submitted"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("wording of a line")
        verbose_name_plural = _("wordings of a line")
        ordering = ["action", "round"]
        constraints = [models.UniqueConstraint(fields=["action", "round"], name="remedy_wording_once")]

    def __str__(self) -> str:
        return f"{self.action_id}/{self.round}"


class RemedyReport(models.Model):
    """What was done about one line, with the proof attached. A report after a return is a new row."""

    action = models.ForeignKey(RemedyAction, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField(_("result"))
    done_on = models.DateField(_("done on"))
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    attachments = GenericRelation(Attachment, content_type_field="item_type", object_id_field="item_id")

    class Meta:
        verbose_name = _("report on a line")
        verbose_name_plural = _("reports on a line")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]


class RemedyVerdict(models.Model):
    """The monitor's word on one line: of the plan, or of the report."""

    class On(models.TextChoices):
        PLAN = "plan", _("plan")
        REPORT = "report", _("report")

    action = models.ForeignKey(RemedyAction, on_delete=models.PROTECT, related_name="verdicts")
    on = models.CharField(_("on"), max_length=6, choices=On.choices)
    accepts = models.BooleanField(_("accepts"))
    reason = models.TextField(_("reason"), blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("verdict on a line")
        verbose_name_plural = _("verdicts on a line")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(accepts=True) | ~Q(reason=""), name="verdict_against_says_why")
        ]

    def __str__(self) -> str:
        return str(_("accepted") if self.accepts else _("returned"))


class FollowUpRule(models.Model):
    """What follows a correction, for the tree of an organisation; the row nearest above the body that concluded
    counts, whole. Data: no source names a number."""

    organisation = models.OneToOneField(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("for the tree of"),
        help_text=_("Empty: for all that have no row of their own."),
    )
    look_again_after = models.PositiveSmallIntegerField(
        _("looked at again, days after the acceptance"),
        null=True,
        blank=True,
        help_text=_("Empty: not looked at again."),
    )
    look_again_within = models.PositiveSmallIntegerField(_("within how many days from then"), default=15)
    kind = models.ForeignKey(
        CaseKind,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("kind of a follow-up case"),
        help_text=_("Proposed for a demand that is overdue; whoever proposes may choose another."),
    )

    class Meta:
        verbose_name = _("rule of follow-up")
        verbose_name_plural = _("rules of follow-up")
        ordering = ["organisation__path", "pk"]

    def __str__(self) -> str:
        return str(self.organisation or _("all others"))


class LookAgain(models.Model):
    """An accepted correction is looked at again: still fixed, or recurring. One row an acceptance."""

    class Verdict(models.TextChoices):
        STILL_FIXED = "still_fixed", _("still fixed")
        RECURRING = "recurring", _("recurring, opened again")

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="looks")
    round = models.PositiveSmallIntegerField(_("round"))
    accepted_at = models.DateTimeField(_("accepted"))
    from_on = models.DateField(_("looked at again from"))
    due_on = models.DateField(_("last safe day"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("looked at by")
    )
    judged_at = models.DateTimeField(_("looked at"), null=True)

    class Meta:
        verbose_name = _("second look at a correction")
        verbose_name_plural = _("second looks at corrections")
        ordering = ["correction", "round"]
        constraints = [
            models.UniqueConstraint(fields=["correction", "round"], name="look_once_a_round"),
            models.CheckConstraint(
                condition=Q(verdict="", judged_at__isnull=True, judged_by__isnull=True)
                | (~Q(verdict="") & Q(judged_at__isnull=False, judged_by__isnull=False)),
                name="look_judged_means_dated",
            ),
            models.CheckConstraint(condition=~Q(verdict="recurring") | ~Q(reason=""), name="look_recurring_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.correction_id}/{self.round}"


class CarriedDemand(models.Model):
    """An overdue demand was carried into a follow-up case. Another may follow only when that one has ended."""

    correction = models.ForeignKey(
        Correction, on_delete=models.PROTECT, related_name="carried", verbose_name=_("corrective action")
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="carried_demands", verbose_name=_("follow-up case")
    )
    carried_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    carried_at = models.DateTimeField()

    class Meta:
        verbose_name = _("demand carried into a case")
        verbose_name_plural = _("demands carried into cases")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["correction", "case"], name="demand_carried_once_into_a_case")]

    def __str__(self) -> str:
        return f"{self.correction_id} → {self.case_id}"
