from django.urls import path

from workflows import clock_pages, follow_up_pages, pages

app_name = "workflows"
urlpatterns = [
    path("", pages.my_work, name="my_work"),
    path("<int:pk>/", pages.task_page, name="task"),
    path("<int:pk>/take/", pages.take, name="take"),
    path("<int:pk>/give-back/", pages.give_back, name="give_back"),
    path("propose/<int:organisation_pk>/", pages.propose_case, name="propose"),
    path("cases/<int:pk>/stop/", pages.stop_case, name="stop"),
    path("cases/<int:pk>/convert/", pages.convert_case, name="convert"),
    path("cases/<int:pk>/change/", pages.ask_change, name="ask_change"),
    path("cases/<int:pk>/change-team/", pages.ask_team_change, name="ask_team_change"),
    path("cases/<int:pk>/withdraw/", pages.withdraw, name="withdraw"),
    path("deadlines/<int:pk>/ask/<str:what>/", clock_pages.ask, name="ask_about_clock"),
    path("corrections/<int:pk>/follow-up/", follow_up_pages.follow_up, name="follow_up"),
    path("corrections/<int:pk>/monitor/", pages.assign_monitor, name="assign_monitor"),
    path("programmes/<int:organisation_pk>/begin/", pages.begin_programme, name="begin_programme"),
    path("programmes/<int:pk>/change/", pages.change_programme, name="change_programme"),
]
