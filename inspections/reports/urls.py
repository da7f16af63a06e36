from django.urls import path

from inspections.reports.pages import acting, board, lists, search, weekly

app_name = "reports"
urlpatterns = [
    path("leader/", board.leader, name="leader"),
    path("leader/clocks/", lists.clocks, name="clocks"),
    path("leader/cases/", lists.cases, name="cases"),
    path("leader/organisations/", lists.organisations, name="organisations"),
    path("leader/lines/", lists.lines, name="lines"),
    path("leader/year/", board.year, name="year"),
    path("leader/act/", acting.act, name="act"),
    path("leader/weeks/", weekly.weekly_list, name="weekly_list"),
    path("leader/weeks/<int:pk>/", weekly.weekly, name="weekly"),
    path("leader/asked/<int:pk>/", acting.asked, name="asked"),
    path("leader/asked/<int:pk>/answer/", acting.answer, name="answer"),
    path("search/", search.search, name="search"),
]
