from django.urls import path

from inspections.imports import pages

app_name = "imports"
urlpatterns = [
    path("", pages.import_list, name="list"),
    path("blank/<slug:kind>/", pages.blank, name="blank"),
    path("<slug:kind>/into/<int:pk>/", pages.begin, name="begin"),
    path("<int:pk>/", pages.preview, name="preview"),
    path("<int:pk>/progress/", pages.progress_told, name="progress"),
    path("<int:pk>/columns/", pages.columns, name="columns"),
    path("<int:pk>/doubts/", pages.doubts, name="doubts"),
    path("<int:pk>/take/", pages.carry_out, name="carry_out"),
    path("<int:pk>/give-up/", pages.give_up, name="give_up"),
]
