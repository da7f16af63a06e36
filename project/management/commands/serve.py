"""Web and worker by one command; when one ends, both do (stack.md §6, §10)."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Command(BaseCommand):
    help = "Runs the web server and the worker, and prints the address and the demo's log-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--prepare", action="store_true", help="migrate first, and fill an empty database with the demo"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["prepare"]:
            # here rather than as commands before this one: every command takes a second to begin
            call_command("migrate", verbosity=0)
            call_command("demo", if_empty=True, stdout=self.stdout)
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["viewflow", "guardian", "admin"])
        address = f"{options['host']}:{options['port']}"
        # one process with SQLite: threads share it without waiting for file locks of others
        workers = "1" if connection.vendor == "sqlite" else os.environ.get("WEB_CONCURRENCY", "2")
        web = [
            sys.executable, "-m", "gunicorn", "project.wsgi", "--bind", address, "--workers", workers,
            "--worker-class", "gthread", "--threads", "8", "--log-level", "warning",
        ]  # fmt: skip
        worker = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
        connection.close()
        children = [
            subprocess.Popen(
                command,
                env=environment,
                cwd=settings.BASE_DIR,
                start_new_session=True,
                preexec_fn=_die_with_parent,
                stdout=subprocess.DEVNULL if command is worker else None,
            )
            for command in (web, worker)
        ]
        signal.signal(signal.SIGTERM, self._interrupt)
        self.stdout.write(f"\nhttp://{address}/\n")
        call_command("demo", logins=True, stdout=self.stdout)
        self.stdout.write("Ctrl-C ends it.")
        ended = self._wait(children)
        if ended:
            raise CommandError("web or worker ended by itself; both are stopped")

    @staticmethod
    def _interrupt(*args: Any) -> None:
        raise KeyboardInterrupt

    @staticmethod
    def _wait(children: list["subprocess.Popen[bytes]"]) -> bool:
        """Waits until a child ends (True) or the user ends it (False); leaves none running."""
        try:
            while all(child.poll() is None for child in children):
                time.sleep(0.3)
            return True
        except KeyboardInterrupt:
            return False
        finally:
            for child in children:
                if child.poll() is None:
                    child.terminate()
            for child in children:
                try:
                    child.wait(timeout=8)
                except subprocess.TimeoutExpired:
                    child.kill()
