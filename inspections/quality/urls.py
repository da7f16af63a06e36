from django.urls import path

from inspections.quality import pages

app_name = "quality"
urlpatterns = [
    path("cases/<int:case_pk>/", pages.of_case, name="of_case"),
    path("subjects/<int:pk>/draw-up/", pages.draw_up, name="draw_up"),
    path("subjects/<int:pk>/sample/", pages.draw_sample, name="draw_sample"),
    path("<int:pk>/", pages.checklist, name="checklist"),
    path("<int:pk>/paper/", pages.paper, name="paper"),
    path("<int:pk>/judge/", pages.judge, name="judge"),
    path("lines/<int:pk>/finding/", pages.record_finding, name="record_finding"),
    path("samples/<int:pk>/", pages.sample, name="sample"),
    path("samples/<int:pk>/examined/", pages.note_examined, name="note_examined"),
]
