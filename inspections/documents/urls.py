from django.urls import path

from inspections.documents import pages

app_name = "documents"
urlpatterns = [path("<int:pk>/", pages.download, name="download")]
