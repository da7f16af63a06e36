"""Every address of the project: one include a room."""

from django.urls import include, path

# Room -> prefix; a room takes part as soon as it has a urls.py.
urlpatterns = [
    path("", include("project.session_urls")),
]
