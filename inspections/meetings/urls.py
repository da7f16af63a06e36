from django.urls import path

from inspections.meetings import pages

app_name = "meetings"
urlpatterns = [
    path("criteria/", pages.criteria, name="criteria"),
    path("criteria/<int:pk>/", pages.criteria_set, name="criteria_set"),
    path("criteria/<int:pk>/follow/", pages.follow, name="follow_criteria"),
    path("criteria/<int:pk>/end/", pages.end, name="end_criteria"),
    path("criteria/<int:pk>/withdraw/", pages.withdraw, name="withdraw_criteria"),
]
