"""Every address of the project: one include a room."""

from django.urls import include, path

# prefix -> the addresses of a room
ROOMS = {
    "": "project.session_urls",
    "roles/": "permissions.urls",
    "organisations/": "inspections.organisations.urls",
    "calendars/": "inspections.calendars.urls",
    "reference/": "inspections.reference.urls",
    "deadlines/": "inspections.deadlines.urls",
    "reminders/": "inspections.reminders.urls",
    "imports/": "inspections.imports.urls",
    "documents/": "inspections.documents.urls",
    "members/": "inspections.members.urls",
    "meetings/": "inspections.meetings.urls",
    "programmes/": "inspections.programmes.urls",
    "cases/": "inspections.cases.urls",
    "findings/": "inspections.findings.urls",
    "corrections/": "inspections.remedies.urls",
    "schemes/": "inspections.schemes.urls",
    "checks/": "inspections.checks.urls",
    "reports/": "inspections.reports.urls",
    "superiors/": "inspections.superiors.urls",
    "quality/": "inspections.quality.urls",
    "work/": "workflows.urls",
}

urlpatterns = [path(prefix, include(module)) for prefix, module in ROOMS.items()]

handler404 = "project.errors.not_found"
handler403 = "project.errors.not_allowed"
