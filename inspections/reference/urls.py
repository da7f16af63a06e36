from django.urls import path

from inspections.reference import pages

app_name = "reference"
urlpatterns = [
    path("", pages.tables, name="list"),
    path("<slug:code>/", pages.table, name="table"),
    path("<slug:code>/add/", pages.add, name="add"),
    path("<slug:code>/<int:pk>/", pages.row, name="row"),
    path("<slug:code>/<int:pk>/change/", pages.change, name="change"),
    path("<slug:code>/<int:pk>/end/", pages.end, name="end"),
]
