from django.urls import path

from inspections.remedies import pages

app_name = "remedies"
urlpatterns = [
    path("", pages.correction_list, name="list"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("cases/<int:case_pk>/", pages.of_case, name="of_case"),
]
