from django.urls import path

from inspections.meetings.pages import criteria, keeping, showing

app_name = "meetings"
urlpatterns = [
    path("", showing.meeting_list, name="list"),
    path("<int:pk>/", showing.detail, name="detail"),
    path("<int:pk>/prepare/", keeping.prepare, name="prepare"),
    path("<int:pk>/call-off/", keeping.call_off, name="call_off"),
    path("<int:pk>/hold/", keeping.hold, name="hold"),
    path("<int:pk>/close/", keeping.close, name="close"),
    path("plan/<int:organisation_pk>/", keeping.plan, name="plan"),
    path("criteria/", criteria.criteria, name="criteria"),
    path("criteria/<int:pk>/", criteria.criteria_set, name="criteria_set"),
    path("criteria/<int:pk>/follow/", criteria.follow, name="follow_criteria"),
    path("criteria/<int:pk>/end/", criteria.end, name="end_criteria"),
    path("criteria/<int:pk>/withdraw/", criteria.withdraw, name="withdraw_criteria"),
]
