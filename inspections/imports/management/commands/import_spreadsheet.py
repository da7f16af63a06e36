"""An import from the command line, with the same preview as text."""

import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inspections.imports import services
from inspections.imports.models import Import
from inspections.imports.plans import KINDS
from inspections.organisations.models import User
from permissions.verdicts import NotNow, Refused


class Command(BaseCommand):
    help = "Shows what a spreadsheet would do, line by line, and with --take takes it in when nothing is in doubt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", required=True, choices=sorted(KINDS))
        parser.add_argument("--into", required=True, type=int, help="id of the organisation or programme")
        parser.add_argument("--as", required=True, dest="username", help="user name of who takes it in")
        parser.add_argument("--answer", action="append", default=[], metavar="KEY=CHOICE", help="settles a doubt")
        parser.add_argument("--take", action="store_true", help="store it, if nothing is wrong or in doubt")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        kind, now, path = KINDS[options["kind"]], timezone.now(), options["file"]
        user = User.objects.filter(username=options["username"]).first()
        target = kind.target._default_manager.filter(pk=options["into"]).first()
        if user is None or target is None or not path.is_file():
            raise CommandError("There is no such user, no such row to take it into, or no such file.")
        upload = SimpleUploadedFile(path.name, path.read_bytes())
        answers = dict(one.split("=", 1) for one in options["answer"])
        try:
            one = services.begin_import(acting_user=user, kind=kind, target=target, upload=upload, now=now)
            services.settle(acting_user=user, one=one, answers=answers, now=now)
            one.refresh_from_db()
            preview = services.preview_of(one, timezone.localdate(now))
            self._print(preview)
            if options["take"]:
                self._take(user, one, preview.digest, now)
            else:
                services.give_up(acting_user=user, one=one, now=now)
        except Refused as problem:
            raise CommandError(str(problem)) from problem
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem

    def _take(self, user: User, one: Import, seen: str, now: datetime.datetime) -> None:
        try:
            services.carry_out(acting_user=user, one=one, seen=seen, now=now)
        except (NotNow, ValidationError) as problem:
            services.give_up(acting_user=user, one=one, now=now)
            raise CommandError(str(problem)) from problem
        self.stdout.write("Taken in.")

    def _print(self, preview: services.Preview) -> None:
        for line in preview.lines:
            self.stdout.write(f"{line.record.number:>5}  {line.state:<8} {line.title}  {line.reason}".rstrip())
            for fact in line.facts:
                if fact.raw != fact.read:
                    self.stdout.write(f"{'':>15}{fact.label}: “{fact.raw}” → {fact.read}")
            for cell, text in line.problems:
                self.stdout.write(f"{'':>15}{cell}: {text}")
        for question, lines in preview.questions:
            rows = ", ".join(str(line.record.number) for line in lines)
            self.stdout.write(f"? rows {rows}, {question.cell.address}: {question.text}")
            self.stdout.write(f"  --answer '{question.key}=…': {question.answer or ''}")
            for choice in question.choices:
                self.stdout.write(f"    {choice.value}  {choice.label}")
        if preview.missing:
            self.stdout.write("No column was found for: " + ", ".join(str(one) for one in preview.missing))
        self.stdout.write(", ".join(f"{state} {count}" for state, count in preview.counts.items() if count))
