from django.urls import path

from permissions import pages

app_name = "permissions"
urlpatterns = [path("", pages.roles, name="roles")]
