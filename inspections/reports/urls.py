from django.urls import path

from inspections.reports import pages

app_name = "reports"
urlpatterns = [
    path("leader/", pages.leader, name="leader"),
    path("search/", pages.search, name="search"),
]
