"""A meeting of a cell: what was planned, who came, who spoke, what was decided (domain.md §6.2, §6.3)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.calendars.rules import Date
from inspections.meetings.models.criteria import CriteriaSet, Rated
from inspections.meetings.rules import Standing
from inspections.organisations.models import Organisation, Person

# the duties about a meeting beside Duty.UPLOAD_MEETING
HOLD_MEETING = "hold_meeting"
HELD = ("held", "closed", "listed")
# what will not be held any more, for a reason
OVER = ("off", "unheld")
TO_HOLD = ("planned", "prepared")
COUNTED_BY = ("id", "organisation", "kind", "state", "planned_at", "started_at", "superiors", "total", "rating")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def regular(self) -> "MeetingQuerySet":
        return self.filter(kind=Meeting.Kind.REGULAR)

    def standing(self) -> "MeetingQuerySet":
        """Those that were not called off."""
        return self.exclude(state=Meeting.State.CALLED_OFF)

    def to_hold(self) -> "MeetingQuerySet":
        """Those that are still to be held, or to be recorded as held."""
        return self.filter(state__in=TO_HOLD)

    def of_year(self, year: int) -> "MeetingQuerySet":
        """Those of the months of a year, in their order."""
        return self.filter(month__range=(Date(year, 1, 1), Date(year, 12, 1))).order_by("month", "planned_at", "pk")


class Meeting(models.Model):
    """A regular meeting of a month, or a thematic one, which never replaces it.

    One that was called off makes room for another of its month; one that was not held stands for it: the month is
    over."""

    class Kind(models.TextChoices):
        REGULAR = "regular", _("regular")
        THEMATIC = "thematic", _("thematic")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        PREPARED = "prepared", _("prepared")
        HELD = "held", _("held")
        CLOSED = "closed", _("closed")
        CALLED_OFF = "off", _("called off")
        NOT_HELD = "unheld", _("not held")
        # its day and its roll call came from a list that was kept before; nothing else is known
        LISTED = "listed", _("held, known from a list")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("cell")
    )
    # a copy, so that a leader's board is one range of one index
    org_path = models.CharField(max_length=60, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    month = models.DateField(_("month"))
    topic = models.CharField(_("topic"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField(_("planned for"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    notice_at = models.DateTimeField(_("notice given at"), null=True, blank=True)
    documents_at = models.DateTimeField(_("documents out at"), null=True, blank=True)
    previous = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="next_meetings",
        verbose_name=_("previous meeting"),
    )
    started_at = models.DateTimeField(_("began at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    chair = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("chair")
    )
    recorder = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorder")
    )
    superiors = models.CharField(_("who attended from above"), max_length=300, blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    conclusions = models.TextField(_("conclusions"), blank=True)
    # counted from the roll call, so that a board needs no other table
    expected = models.PositiveSmallIntegerField(_("expected"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("members present"), null=True, blank=True)
    away = models.PositiveSmallIntegerField(_("members elsewhere for a time"), null=True, blank=True)
    why_no_speakers = models.CharField(_("why who spoke was not recorded"), max_length=300, blank=True)
    dues = models.DecimalField(_("dues collected (đồng)"), max_digits=12, decimal_places=0, null=True, blank=True)
    uploaded_at = models.DateTimeField(_("result handed in at"), null=True, blank=True)
    upload_due_on = models.DateField(_("result due on"), null=True, blank=True)
    criteria_set = models.ForeignKey(
        CriteriaSet, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings"
    )
    total = models.DecimalField(_("points"), max_digits=4, decimal_places=1, null=True, blank=True)
    rating = models.CharField(_("rating"), max_length=7, choices=Rated.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_reason = models.CharField(_("why it was called off, or not held"), max_length=300, blank=True)

    listed_in = models.CharField(_("known from the list"), max_length=200, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("cell meeting")
        verbose_name_plural = _("cell meetings")
        ordering = ["-month", "-planned_at", "-pk"]
        indexes = [
            models.Index(fields=["org_path", "month", "kind"], name="meeting_board"),
            # with all that a map counts by and sight asks of: a province is counted without reading its minutes
            models.Index(fields=["month", "org_path"], include=COUNTED_BY, name="meeting_map"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "month"],
                condition=Q(kind="regular") & ~Q(state="off"),
                name="meeting_one_regular_a_month",
                violation_error_message=_("The cell has a regular meeting in this month already."),
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="meeting_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")), name="meeting_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[*TO_HOLD, *OVER],
                    started_at__isnull=True,
                    ended_at__isnull=True,
                    present__isnull=True,
                    expected__isnull=True,
                )
                | Q(
                    state="listed",
                    started_at__isnull=False,
                    ended_at__isnull=True,
                    present__isnull=False,
                    expected__isnull=False,
                )
                | Q(
                    state__in=["held", "closed"],
                    started_at__isnull=False,
                    ended_at__isnull=False,
                    chair__isnull=False,
                    recorder__isnull=False,
                    present__isnull=False,
                    expected__isnull=False,
                ),
                name="meeting_held_means_dated",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="closed",
                    uploaded_at__isnull=False,
                    closed_at__isnull=False,
                    criteria_set__isnull=False,
                    total__isnull=False,
                    rating__in=Rated.values,
                )
                | (
                    ~Q(state="closed")
                    & Q(
                        uploaded_at__isnull=True,
                        closed_at__isnull=True,
                        criteria_set__isnull=True,
                        total__isnull=True,
                        rating="",
                    )
                ),
                name="meeting_closed_means_scored",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=OVER, called_off_at__isnull=False) & ~Q(called_off_reason=""))
                | (~Q(state__in=OVER) & Q(called_off_at__isnull=True, called_off_reason="")),
                name="meeting_called_off_has_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(state="listed") & ~Q(listed_in="")) | (~Q(state="listed") & Q(listed_in="")),
                name="meeting_listed_names_its_list",
            ),
            models.CheckConstraint(
                condition=Q(present__isnull=True) | Q(present__lte=F("expected")), name="meeting_no_more_than_expected"
            ),
            models.CheckConstraint(
                condition=Q(dues__isnull=True) | Q(dues__gte=0), name="meeting_dues_not_below_nought"
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__gte=0, total__lte=100), name="meeting_total_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month:%m/%Y} – {self.organisation}"

    @property
    def told(self) -> str:
        """Kind, month and topic, where the cell is said beside."""
        topic = f": {self.topic}" if self.topic else ""
        return f"{str(self.get_kind_display()).capitalize()} {self.month:%m/%Y}{topic}"

    @property
    def is_held(self) -> bool:
        return self.state in HELD

    @property
    def is_listed(self) -> bool:
        """Held before the cell kept its meetings here: its day and roll call are known from a list, no more."""
        return self.state == self.State.LISTED

    @property
    def is_to_come(self) -> bool:
        """Planned or prepared: it can still be held, moved or called off."""
        return self.state in (self.State.PLANNED, self.State.PREPARED)

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_called_off(self) -> bool:
        """Whether it will not be held: called off, or not held in its month."""
        return self.state in OVER


class AgendaItem(models.Model):
    """A content of a meeting: who prepares it, by which document; or an assignment that is still open."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("No."))
    title = models.CharField(_("content"), max_length=500)
    preparer = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who prepares it")
    )
    document = models.CharField(_("document"), max_length=200, blank=True)
    carried = models.ForeignKey(
        "meetings.ResolutionItem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("carried from"),
    )

    class Meta:
        verbose_name = _("content of a meeting")
        verbose_name_plural = _("contents of meetings")
        ordering = ["meeting", "position"]
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="agenda_one_a_position")]

    def __str__(self) -> str:
        return self.title


class RollCallMark(models.Model):
    """Whether a member of the roll was there; as what he stood on it on the day."""

    class Mark(models.TextChoices):
        PRESENT = "present", _("present")
        EXCUSED = "excused", _("absent with a reason")
        UNEXCUSED = "unexcused", _("absent without a reason")
        EXEMPT = "exempt", _("exempt")

    class StandingChoice(models.TextChoices):
        OFFICIAL = Standing.OFFICIAL.value, _("official")
        PROBATIONARY = Standing.PROBATIONARY.value, _("probationary")
        TEMPORARY = Standing.TEMPORARY.value, _("here for a time")
        EXEMPT = Standing.EXEMPT.value, _("exempt")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="marks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    standing = models.CharField(_("standing"), max_length=12, choices=StandingChoice.choices)
    mark = models.CharField(_("mark"), max_length=9, choices=Mark.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by_app = models.BooleanField(_("present through the app"), default=False)

    class Meta:
        verbose_name = _("mark of the roll call")
        verbose_name_plural = _("marks of the roll call")
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="roll_call_once_a_member"),
            models.CheckConstraint(condition=~Q(mark="excused") | ~Q(reason=""), name="roll_call_excuse_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(mark="exempt") | Q(standing="exempt"), name="roll_call_exempt_is_exempt"
            ),
            models.CheckConstraint(condition=Q(by_app=False) | Q(mark="present"), name="roll_call_by_app_is_present"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_mark_display()}"


class Speaker(models.Model):
    """A member who spoke, and the gist of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="speakers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    gist = models.CharField(_("gist"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["meeting", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="speaker_once_a_meeting")]

    def __str__(self) -> str:
        return str(self.person)


class Ballot(models.Model):
    """A vote of a meeting. Totals only: who voted how is nowhere."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="ballots")
    question = models.CharField(_("what was voted on"), max_length=500)
    eligible = models.PositiveSmallIntegerField(_("entitled to vote"))
    yes = models.PositiveSmallIntegerField(_("for"))
    no = models.PositiveSmallIntegerField(_("against"))
    invalid = models.PositiveSmallIntegerField(_("invalid or blank"), default=0)
    is_secret = models.BooleanField(_("secret"), default=False)

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ["meeting", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(eligible__gte=F("yes") + F("no") + F("invalid")), name="ballot_no_more_votes_than_voters"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.yes}/{self.eligible}"


class Fact(models.TextChoices):
    """What may be corrected of a closed meeting beside the points that people judged."""

    MINUTES = "minutes", _("minutes")
    CONCLUSIONS = "conclusions", _("conclusions")
    RESOLUTION = "resolution", _("what was resolved")
    DUES = "dues", _("dues collected (đồng)")
    TIMES = "times", _("times of the meeting")
    DOCUMENTS = "documents_at", _("documents out at")
    MARK = "mark", _("mark of the roll call")
    SPEAKER = "speaker", _("speaker")
    BALLOT = "ballot", _("ballot")
    ITEM = "item", _("assignment of a meeting")
    # written by the program: what an earlier meeting's correction makes of this one
    EARLIER = "earlier", _("what an earlier meeting recorded")


class Correction(models.Model):
    """What was corrected after a meeting was closed: both stand, with the reason."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="corrections")
    line = models.ForeignKey(
        "meetings.Line",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("what is scored"),
    )
    fact = models.CharField(_("what was corrected"), max_length=20, blank=True)
    old = models.TextField(_("before"), blank=True)
    new = models.TextField(_("now"), blank=True)
    old_total = models.DecimalField(max_digits=4, decimal_places=1)
    new_total = models.DecimalField(max_digits=4, decimal_places=1)
    # what the corrected record gives: number and title of the line, points before and now
    rescored = models.JSONField(default=list)
    reason = models.TextField(_("reason"))
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction of a meeting")
        verbose_name_plural = _("corrections of meetings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="meeting_correction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(line__isnull=False, fact="") | (Q(line__isnull=True) & ~Q(fact="")),
                name="meeting_correction_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"[:200]

    @property
    def fact_label(self) -> str:
        """The words for the fact that was corrected; empty when it was a score."""
        return str(Fact(self.fact).label) if self.fact else ""
