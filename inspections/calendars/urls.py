from django.urls import path

from inspections.calendars import pages

app_name = "calendars"
urlpatterns = [
    path("", pages.calendar, name="list"),
    path("limits/", pages.limits, name="limits"),
    path("year/", pages.year, name="year"),
    path("<slug:table>/add/", pages.add, name="add"),
    path("<slug:table>/add/<int:organisation_pk>/", pages.add_local, name="add_local"),
    path("<slug:table>/<int:pk>/", pages.row, name="row"),
    path("<slug:table>/<int:pk>/change/", pages.change, name="change"),
    path("<slug:table>/<int:pk>/end/", pages.end, name="end"),
]
