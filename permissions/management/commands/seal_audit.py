"""Seals the heads of all audit chains; the worker does it hourly."""

from typing import Any

from django.core.management.base import BaseCommand

from permissions import audit


class Command(BaseCommand):
    help = "Seals the audit chains that moved since the last seal."

    def handle(self, *args: Any, **options: Any) -> None:
        seal = audit.seal()
        self.stdout.write(f"seal {seal.seq}: {len(seal.heads)} chains" if seal else "nothing moved since the last seal")
