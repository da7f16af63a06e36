"""Seals the heads of all audit chains; the worker does it hourly (project/jobs.py)."""

from typing import Any

from django.core.management.base import BaseCommand

from permissions import audit


class Command(BaseCommand):
    help = "Seals the audit chains that moved since the last seal."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(audit.seal_now())
