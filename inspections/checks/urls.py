from django.urls import path

from inspections.checks import pages

app_name = "checks"
urlpatterns = [
    path("", pages.check_list, name="list"),
    path("<slug:code>/", pages.one, name="one"),
]
