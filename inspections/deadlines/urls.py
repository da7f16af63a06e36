from django.urls import path

from inspections.deadlines import pages

app_name = "deadlines"
urlpatterns = [path("<int:pk>/", pages.explanation, name="explanation")]
