from django.urls import path

from inspections.findings import pages

app_name = "findings"
urlpatterns = [
    path("", pages.finding_list, name="list"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/change/", pages.change, name="change"),
    path("<int:pk>/drop/", pages.drop, name="drop"),
    path("<int:pk>/reserve/", pages.reserve, name="reserve"),
    path("cases/<int:case_pk>/", pages.of_case, name="of_case"),
    path("cases/<int:case_pk>/add/", pages.add, name="add"),
    path("cases/<int:case_pk>/consider/", pages.consider_late, name="consider_late"),
    path("cases/<int:case_pk>/notice/", pages.notice, name="notice"),
    path("cases/<int:case_pk>/notice/draft/", pages.draft_notice, name="draft_notice"),
]
