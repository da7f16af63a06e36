from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "inspections.deadlines"
    default_auto_field = "django.db.models.BigAutoField"
