from django.urls import path

from inspections.calendars import pages

app_name = "calendars"
urlpatterns = [
    path("", pages.calendar, name="list"),
    path("<int:organisation_pk>/add/", pages.add_day, name="add_day"),
]
