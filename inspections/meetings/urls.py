from django.urls import path

from inspections.meetings.pages import after, criteria, keeping, planning, showing

app_name = "meetings"
urlpatterns = [
    path("", showing.meeting_list, name="list"),
    path("<int:pk>/", showing.detail, name="detail"),
    path("<int:pk>/prepare/", keeping.prepare, name="prepare"),
    path("<int:pk>/hold/", keeping.hold, name="hold"),
    path("<int:pk>/close/", keeping.close, name="close"),
    path("<int:pk>/move/", planning.move, name="move"),
    path("<int:pk>/call-off/", planning.call_off, name="call_off"),
    path("<int:pk>/score/", after.score, name="score"),
    path("<int:pk>/inspect/", after.inspect, name="inspect"),
    path("<int:pk>/correct/", after.correct, name="correct"),
    path("assignments/<int:pk>/report/", after.report, name="report"),
    path("plan/<int:organisation_pk>/", planning.plan, name="plan"),
    path("plan/<int:organisation_pk>/meeting/", planning.plan_one, name="plan_one"),
    path("criteria/", criteria.criteria, name="criteria"),
    path("criteria/<int:pk>/", criteria.criteria_set, name="criteria_set"),
    path("criteria/<int:pk>/follow/", criteria.follow, name="follow_criteria"),
    path("criteria/<int:pk>/end/", criteria.end, name="end_criteria"),
    path("criteria/<int:pk>/withdraw/", criteria.withdraw, name="withdraw_criteria"),
]
