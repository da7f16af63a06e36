"""The demo data, and who may log in to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inspections.organisations.models import Organisation, User
from project.demo.build import PASSWORD, build, log_ins
from project.demo.province import CELLS, COMMUNES, build_province


class Command(BaseCommand):
    help = "Fills an empty database with an invented commune at work, around today's date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the database has data")
        parser.add_argument(
            "--scale", choices=["commune", "province"], default="commune", help="province: for measuring"
        )
        parser.add_argument("--communes", type=int, default=COMMUNES, help="of the province")
        parser.add_argument("--cells", type=int, default=CELLS, help="of each commune of the province")
        parser.add_argument("--logins", action="store_true", help="only print the log-ins of the demo")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            self._print_log_ins()
            return
        if Organisation.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("The database has data already; the demo is for an empty one.")
        if options["scale"] == "province":
            build_province(timezone.now(), options["communes"], options["cells"], report=self._say)
        else:
            build(timezone.now(), report=self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _print_log_ins(self) -> None:
        if not User.objects.filter(username="chunhiem").exists():
            self.stdout.write("This database does not hold the demo; log in with your own user name.")
            return
        self.stdout.write(f"Password of every demo log-in: {PASSWORD}")
        for username, what in log_ins():
            self.stdout.write(f"  {username:<16} {what}")
