from django.urls import path

from inspections.cases import pages

app_name = "cases"
urlpatterns = [
    path("", pages.case_list, name="list"),
    path("<int:pk>/", pages.overview, name="overview"),
    path("<int:pk>/papers/", pages.papers, name="papers"),
    path("<int:pk>/papers/add/", pages.add_paper, name="add_paper"),
    path("papers/<int:pk>/", pages.paper, name="paper"),
    path("<int:pk>/timeline/", pages.timeline, name="timeline"),
    path("<int:pk>/people/", pages.people, name="people"),
    path("<int:pk>/meeting/", pages.name_meeting, name="name_meeting"),
    path("<int:pk>/revise/", pages.revise, name="revise"),
]
