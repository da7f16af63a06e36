"""Removes bytes that no row names; the worker does it daily (project/jobs.py)."""

from typing import Any

from django.core.management.base import BaseCommand

from inspections.documents import storage


class Command(BaseCommand):
    help = "Removes stored bytes that no row names and that nobody has touched for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(storage.clean_now())
