"""Says of each invariant whether it holds, and which rows break it (reliability.md §3)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflows.invariants import INVARIANTS

SHOWN = 20


class Command(BaseCommand):
    help = "Checks what always has to hold of the rows. Exit code 1 when something does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help=f"show every row, not the first {SHOWN} of each")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        broken = 0
        for invariant in INVARIANTS:
            breaches = list(invariant.breaches(now))
            self.stdout.write(f"{'BROKEN' if breaches else 'holds '} {invariant.code}: {invariant.says}")
            for breach in breaches if options["all"] else breaches[:SHOWN]:
                self.stdout.write(f"         {breach.row} {breach.what}")
            if len(breaches) > SHOWN and not options["all"]:
                self.stdout.write(f"         and {len(breaches) - SHOWN} more: --all shows them")
            broken += bool(breaches)
        if broken:
            raise CommandError(f"{broken} of {len(INVARIANTS)} invariants are broken")
        self.stdout.write(f"all {len(INVARIANTS)} invariants hold")
