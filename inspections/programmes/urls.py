from django.urls import path

from inspections.programmes import pages

app_name = "programmes"
urlpatterns = [
    path("", pages.programme_list, name="list"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/lines/add/", pages.add_line, name="add_line"),
    path("lines/<int:pk>/change/", pages.change_line, name="change_line"),
    path("lines/<int:pk>/remove/", pages.remove_line, name="remove_line"),
    path("lines/<int:pk>/drop/", pages.drop_line, name="drop_line"),
    path("coverage/<int:organisation_pk>/", pages.coverage, name="coverage"),
]
