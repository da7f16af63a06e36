"""Finds altered, deleted, swapped and inserted audit entries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from permissions import audit


class Command(BaseCommand):
    help = "Checks the chains and seals of the audit trail. Exit code 1 when something does not hold together."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(audit.faults())
        for fault in found:
            self.stdout.write(f"{fault.place}: {fault.what}")
        entries, seals = audit.count()
        if found:
            raise CommandError(f"{len(found)} faults in {entries} entries and {seals} seals")
        self.stdout.write(f"{entries} entries and {seals} seals hold together")
