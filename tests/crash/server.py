"""A real server for the tests: gunicorn as in production, on the database of the run, asked through a socket."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from inspections.organisations.models import User
from tests.crash.points import HEADER

TOKEN = "c" * 32
PATIENCE = 120  # seconds; a busy machine is slow, and slow is not dead


class Unix(http.client.HTTPConnection):
    """HTTP through a socket in the file system: no port to collide on."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def database_url() -> str:
    """The database of the run, as the server is told it."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    host, port = facts["HOST"] or "127.0.0.1", facts["PORT"] or "5432"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{host}:{port}/{facts['NAME']}"


class Server:
    """One web process under its master; the master starts another when it dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = str(folder / "s")
        self.process: subprocess.Popen[bytes] | None = None
        self.sessions: dict[int, str] = {}

    def log_in(self, user: User) -> None:
        """What the user asks from now on, he asks in a session of his own."""
        client = Client()
        client.force_login(user)
        self.sessions[user.pk] = str(client.session.session_key)

    def start(self) -> None:
        """Starts master and web process, and waits until it answers."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "DATABASE_URL": database_url(),
            "CRASH_FILES": str(settings.FILES_ROOT),
            "TMPDIR": str(self.folder),
        }
        command = [
            sys.executable, "-m", "gunicorn", "tests.crash.wsgi:application", "--preload", "--workers", "1",
            "--worker-class", "gthread", "--threads", "2", "--timeout", "300", "--bind", f"unix:{self.socket}",
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=settings.BASE_DIR, start_new_session=True, stdout=log, stderr=log
            )
        self.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE)

    def kill(self, *, whole: bool) -> None:
        """The web process, or master and all, is gone at once, whatever it is at."""
        assert self.process is not None
        if whole:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=PATIENCE)
            return
        master = self.process.pid
        for worker in Path(f"/proc/{master}/task/{master}/children").read_text().split():
            os.kill(int(worker), signal.SIGKILL)

    def is_gone(self) -> bool:
        """Whether master and all are dead."""
        assert self.process is not None
        return self.process.wait(timeout=PATIENCE) != 0

    def wait(self) -> None:
        """Returns as soon as a web process answers. Raises AssertionError with its log when none ever does."""
        for _attempt in range(PATIENCE * 20):
            if self._request("GET", "/health/", {}, b"") == 200:
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def ask(self, user: User, address: str, data: dict[str, Any] | None = None, *, dies_at: str = "") -> int | None:
        """The status of a page (or of a form sent, when there is data); None when the server died without an answer."""
        headers = {"Cookie": f"sessionid={self.sessions[user.pk]}; csrftoken={TOKEN}"}
        if dies_at:
            headers[HEADER] = dies_at
        if data is None:
            return self._request("GET", address, headers, b"")
        body = encode_multipart(BOUNDARY, {**data, "csrfmiddlewaretoken": TOKEN})
        return self._request("POST", address, {**headers, "Content-Type": MULTIPART_CONTENT}, body)

    def _request(self, method: str, address: str, headers: dict[str, str], body: bytes) -> int | None:
        line = Unix(self.socket)
        try:
            line.request(method, address, body, headers)
            return line.getresponse().status
        except (http.client.RemoteDisconnected, ConnectionError, FileNotFoundError):
            return None
        finally:
            line.close()
