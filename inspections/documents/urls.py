from django.urls import path

from inspections.documents import pages

app_name = "documents"
urlpatterns = [
    path("<int:pk>/", pages.download, name="download"),
    path("terms/of/<int:pk>/add/", pages.add_term, name="add_term"),
    path("terms/<int:pk>/change/", pages.change_term, name="change_term"),
]
