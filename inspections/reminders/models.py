"""The ladder, what was sent by it, to whom and how; what each person wants to receive (domain.md §5.4)."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inspections.calendars.models import Certainty
from inspections.deadlines.models import Deadline, DeadlineChange
from inspections.organisations.models import Organisation


class Effect(models.TextChoices):
    """What a rung does beside telling people."""

    REMIND = "remind", _("reminder")
    LETTER = "letter", _("reminder by letter")
    REPORT = "report", _("report to the standing committee")
    FOLLOW_UP = "follow_up", _("proposal of a follow-up case")


class Concern(models.TextChoices):
    """What somebody has to do with a deadline; the first that is true counts."""

    OWES = "owes", _("I owe it")
    WATCHES = "watches", _("I watch over it")
    LEADS = "leads", _("I lead above")


class ByMail(models.TextChoices):
    """When a mail goes out for a rung."""

    NO = "", _("no mail")
    DIGEST = "digest", _("in the mail of the morning")
    AT_ONCE = "at_once", _("at once")


class Rung(models.Model):
    """One rung of the ladder: so many calendar days from the due day, whom it tells, and what it does."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    days = models.SmallIntegerField(
        _("days from the due day"),
        help_text=_("Calendar days: -3 is three days before, 0 the day itself, 7 a week late."),
    )
    effect = models.CharField(_("what it does"), max_length=10, choices=Effect.choices, default=Effect.REMIND)
    tells_owing = models.BooleanField(_("tells who owes"), default=True)
    tells_watching = models.BooleanField(_("tells who watches"), default=False)
    tells_leaders = models.BooleanField(_("tells the standing committee"), default=False)
    mail = models.CharField(_("by mail"), max_length=10, choices=ByMail.choices, default=ByMail.DIGEST, blank=True)
    is_must = models.BooleanField(_("cannot be switched off"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty.choices, default=Certainty.DESIGN)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rung of the ladder")
        verbose_name_plural = _("rungs of the ladder")
        ordering = ["days", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["days"],
                condition=Q(is_active=True),
                name="rung_one_a_day",
                violation_error_message=_("There is a rung for this day already."),
            )
        ]

    words = {"when": _("when")}

    def __str__(self) -> str:
        return self.name

    @property
    def when(self) -> str:
        """The day in words."""
        if self.days == 0:
            return gettext("on the due day")
        if self.days < 0:
            return ngettext("%(n)d day before", "%(n)d days before", -self.days) % {"n": -self.days}
        return ngettext("%(n)d day late", "%(n)d days late", self.days) % {"n": self.days}

    def concerns(self) -> list[str]:
        """Whom it tells, the nearest first."""
        told = {
            Concern.OWES: self.tells_owing,
            Concern.WATCHES: self.tells_watching,
            Concern.LEADS: self.tells_leaders,
        }
        return [str(concern.value) for concern, is_told in told.items() if is_told]


class Timetable(models.Model):
    """At which hour something goes out each day."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    hour = models.PositiveSmallIntegerField(_("hour of the day"), validators=[MaxValueValidator(23)])

    class Meta:
        verbose_name = _("hour of the timetable")
        verbose_name_plural = _("hours of the timetable")
        ordering = ["hour", "pk"]

    def __str__(self) -> str:
        return self.name


class Reminder(models.Model):
    """That a rung was reached by a deadline due on a day, and what came of it; that somebody reminded by hand; or that
    whoever has to judge let his limit pass, which its rule has reported to the leaders; that the last day moved; that
    what was asked about the clock lapsed.

    Written once and never changed: the history beside each item."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        PASSED_OVER = "passed_over", _("passed over")

    class Why(models.TextChoices):
        REACHED = "reached", _("the day was reached")
        LATER_ONE = "later_one", _("a later rung was reached too")
        BEFORE_START = "before_start", _("the day was past when the time began to run")
        BY_HAND = "by_hand", _("somebody reminded")
        SILENCE = "silence", _("the limit passed in silence")
        MOVED = "moved", _("the last day moved")
        LAPSED = "lapsed", _("what was asked for is no longer needed")

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    rung = models.ForeignKey(Rung, null=True, on_delete=models.PROTECT, related_name="reminders")
    # what moved the last day
    change = models.OneToOneField(DeadlineChange, null=True, on_delete=models.PROTECT, related_name="reminder")
    # as it was: an extension to another day begins the ladder afresh
    due_on = models.DateField()
    on_day = models.DateField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    why = models.CharField(max_length=12, choices=Why.choices)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("note"), blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "rung", "due_on"], condition=Q(rung__isnull=False), name="reminder_once_a_rung"
            ),
            models.UniqueConstraint(
                fields=["deadline", "on_day"], condition=Q(why="by_hand"), name="reminder_by_hand_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["deadline", "due_on"], condition=Q(why="silence"), name="reminder_of_silence_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(rung__isnull=True, sent_by__isnull=False, why="by_hand")
                | Q(rung__isnull=True, sent_by__isnull=True, why__in=["silence", "moved", "lapsed"])
                | (Q(rung__isnull=False, sent_by__isnull=True) & ~Q(why__in=["by_hand", "silence", "moved", "lapsed"])),
                name="reminder_by_rung_by_hand_or_beside",
            ),
            models.CheckConstraint(
                condition=Q(change__isnull=False, why="moved") | (Q(change__isnull=True) & ~Q(why="moved")),
                name="reminder_of_a_move_names_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.on_day:%d/%m/%Y}"

    @property
    def name(self) -> str:
        """The rung, or what else it was that told people."""
        if self.rung is not None:
            return self.rung.name
        beside = {
            self.Why.BY_HAND: gettext("Reminder by hand"),
            self.Why.SILENCE: gettext("Passed in silence"),
            self.Why.MOVED: gettext("Another last day"),
            self.Why.LAPSED: gettext("Request no longer needed"),
        }
        return beside[self.Why(self.why)]

    @property
    def effect(self) -> str:
        """The code of what it did."""
        if self.rung is not None:
            return self.rung.effect
        return Effect.REPORT.value if self.why == self.Why.SILENCE else Effect.REMIND.value

    @property
    def effect_told(self) -> str:
        """What it did, in words."""
        return str(Effect(self.effect).label)


class Mail(models.Model):
    """One e-mail to one person: at once, or the one of a morning. Its number is fixed before it is handed over."""

    class Kind(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DIGEST = "digest", _("mail of the morning")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("uncertain whether it arrived")
        FAILED = "failed", _("could not be sent")
        DROPPED = "dropped", _("not sent, nothing was due any more")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on_day = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    message_id = models.CharField(max_length=120, unique=True)
    address = models.EmailField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "on_day"], condition=Q(kind="digest"), name="mail_one_a_morning")
        ]
        indexes = [
            models.Index(fields=["state", "id"], condition=Q(state__in=["waiting", "sending"]), name="mail_to_do")
        ]

    def __str__(self) -> str:
        return self.message_id


class Message(models.Model):
    """What one person is told by a reminder: in the application, by mail, or both."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="messages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages")
    concern = models.CharField(max_length=10, choices=Concern.choices)
    # whose office he holds; none for who is told as himself
    via = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    in_app = models.BooleanField(default=True)
    by_mail = models.CharField(max_length=10, choices=ByMail.choices, blank=True)
    mail = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="messages")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["reminder", "user"], name="message_once_a_person")]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True, in_app=True), name="message_unread"),
            models.Index(
                fields=["by_mail", "user"], condition=Q(mail__isnull=True) & ~Q(by_mail=""), name="message_to_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reminder} → {self.user}"


class Preference(models.Model):
    """What a person wants of what concerns him in one way; what cannot be switched off reaches him all the same."""

    class Mails(models.TextChoices):
        ALL = "all", _("at once when it is due or late, else in the morning")
        DIGEST = "digest", _("in the mail of the morning only")
        NONE = "none", _("no mail")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_preferences")
    concern = models.CharField(max_length=10, choices=Concern.choices)
    in_app = models.BooleanField(default=True)
    mails = models.CharField(max_length=10, choices=Mails.choices, default=Mails.ALL)

    class Meta:
        verbose_name = _("wish about reminders")
        verbose_name_plural = _("wishes about reminders")
        constraints = [models.UniqueConstraint(fields=["user", "concern"], name="preference_once_a_concern")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_concern_display()}"


class FeedAddress(models.Model):
    """A secret address at which a calendar program reads the deadlines of one person. Only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_addresses")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("address of a calendar feed")
        verbose_name_plural = _("addresses of calendar feeds")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at__isnull=True), name="feed_one_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%d/%m/%Y}"


class Sweep(models.Model):
    """The last sweep of a day that went over all clocks, and what the sweeps of that day did together."""

    day = models.DateField(unique=True)
    begun_at = models.DateTimeField()
    sent = models.PositiveIntegerField(default=0)
    passed_over = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sweep of the clocks")
        verbose_name_plural = _("sweeps of the clocks")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.sent}"
