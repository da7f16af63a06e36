"""What the engine's rows do not hold: whose turn it is, by when, and which process belongs to which row."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process, Task

from inspections.cases.models import Case
from inspections.deadlines.models import ClockRequest, Deadline
from inspections.organisations.models import Organisation, Person


class ProgrammeProcess(Process):
    class Meta:
        proxy = True


class OpeningProcess(Process):
    class Meta:
        proxy = True


class FormalCaseProcess(Process):
    class Meta:
        proxy = True


class CellCaseProcess(Process):
    class Meta:
        proxy = True


class ChangeProcess(Process):
    class Meta:
        proxy = True


class CorrectionProcess(Process):
    class Meta:
        proxy = True


class ExtensionProcess(Process):
    class Meta:
        proxy = True


class LookAgainProcess(Process):
    class Meta:
        proxy = True


class SuspensionProcess(Process):
    class Meta:
        proxy = True


class SchemeReviewProcess(Process):
    class Meta:
        proxy = True


class CaseCourse(models.Model):
    """The one process in which a signed case runs."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="course")
    process = models.OneToOneField(Process, on_delete=models.PROTECT, related_name="case_course")

    class Meta:
        verbose_name = _("course of a case")
        verbose_name_plural = _("courses of cases")

    def __str__(self) -> str:
        return f"{self.case_id} → {self.process_id}"


class WorkItem(models.Model):
    """One task for people: who may take it (a verb in an organisation, or in a case), about what, by when."""

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="work_item", primary_key=True)
    permission = models.ForeignKey(Permission, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="work_items")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="work_items")
    is_for_case_people = models.BooleanField(default=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="work_items")
    about_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    about_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    about_name = models.CharField(max_length=300)
    deadline = models.ForeignKey(Deadline, null=True, on_delete=models.PROTECT, related_name="work_items")
    opened_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("piece of work")
        verbose_name_plural = _("pieces of work")
        indexes = [
            models.Index(
                fields=["organisation", "permission"],
                condition=Q(done_at__isnull=True),
                name="work_open_organisation",
            ),
            models.Index(fields=["case", "permission"], condition=Q(done_at__isnull=True), name="work_open_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_for_case_people=True, case__isnull=False)
                | Q(is_for_case_people=False, organisation__isnull=False),
                name="work_is_somebodys",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task.flow_task.task_title}: {self.about_name}"

    @property
    def title(self) -> Any:
        """What is to be done."""
        return self.task.flow_task.task_title

    def get_absolute_url(self) -> str:
        return reverse("workflows:task", args=[self.pk])

    @property
    def why_ended(self) -> str:
        """Why nobody had to do it, of what was asked for and is no longer needed; else empty."""
        about = self.about
        return about.answer if self.done_by_id is None and isinstance(about, ClockRequest) else ""


class Draft(models.Model):
    """What somebody typed into a task and has not submitted."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a task")
        verbose_name_plural = _("drafts of tasks")
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.user_id}"
