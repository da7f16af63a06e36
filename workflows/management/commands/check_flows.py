"""The deploy gate of the flows: no row of the database points at a node that the code does not have."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflows import graph


class Command(BaseCommand):
    help = (
        "Finds tasks and processes that point at unknown nodes or flows; exit code 1 when there are any. "
        "Run it with the new code on a copy of the data before an upgrade. --write commits a changed graph."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write workflows/graph.json anew; needs no database")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            self._write()
            return
        found = graph.dangling()
        for name, rows in found:
            self.stdout.write(f"{name}: {rows}")
        if found:
            raise CommandError(f"{len(found)} unknown flows or nodes; move their rows by a data migration")
        self.stdout.write("every task and process points at a node of the code")

    def _write(self) -> None:
        now = graph.graph_of()
        removed = graph.removed_nodes(graph.read_snapshot(), now)
        if removed:
            raise CommandError(
                "open tasks may point at what is gone: " + ", ".join(removed) + ". "
                "Write the data migration, then name it in workflows.graph.MIGRATED_NODES."
            )
        graph.write_snapshot(now)
        self.stdout.write(f"{graph.SNAPSHOT.name} is written; read the difference before you commit it")
