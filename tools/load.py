"""The load tool: visits at the moments of a plan, whatever the server does meanwhile (an open model).

`tools/load.py PLAN.json RESULT.json`, a process of its own, knowing the server by HTTP only. A plan has `base`
(host:port), `headers`, `cookie` (the name of that of the session) and `visits`: `at` (seconds after the start), `kind`,
`label`, `path`, `session`. Latency is counted from the moment at which a visit was to begin, so a server that lets
visitors wait cannot look quick by being asked less; the requests that follow within a visit are counted from the answer
before. Each request has a connection of its own, as the proxy in front of gunicorn makes it. Result: a list of [label,
at, milliseconds, what went wrong or ""] and the seconds of a core that the tool took.
"""

import contextlib
import gzip
import http.client
import json
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

VISITORS = 200  # at once, at most
PATIENCE = 30  # seconds
MARK = "----month-end"
FILE = b"%PDF-1.4\n" + b"Bien ban sinh hoat chi bo.\n" * 1200  # some 30 KB; a number is added, so that each is another


class Wrong(Exception):
    """The server did not do what was asked."""


class Form(HTMLParser):
    """The names and values of what a page's main form has, without its files."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.is_inside = given.get("method") == "post" and "action" not in given
        elif self.is_inside and tag in ("input", "select", "textarea") and given.get("name"):
            if given.get("type") not in ("file", "submit"):
                self.fields[str(given["name"])] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


class Visit:
    """One visit: what it asked, and how long each answer took."""

    def __init__(self, plan: dict[str, Any], one: dict[str, Any], begun: float) -> None:
        self.plan, self.one = plan, one
        self.cookies = {plan["cookie"]: one["session"]} if one.get("session") else {}
        self.due = begun + one["at"]
        self.results: list[list[Any]] = []

    def run(self) -> list[list[Any]]:
        with contextlib.suppress(Wrong):  # it stands in the results
            getattr(self, self.one["kind"])()
        return self.results

    def read(self) -> None:
        self.ask(self.one["label"], self.one["path"])

    def upload(self) -> None:
        """The last screen of a secretary: opened, filled in with a file, sent, and what comes then is read."""
        path, label = self.one["path"], self.one["label"]
        form = Form(self.ask(f"{label}: the form", path)).fields
        answer = filled(form, self.one)
        body = multipart(answer, self.one["file"])
        headers = {"Content-Type": f"multipart/form-data; boundary={MARK}"}
        self.ask(f"{label}: sent", path, body, headers, then=f"{label}: read again")

    def log_in(self) -> None:
        path, label = self.one["path"], self.one["label"]
        form = Form(self.ask(f"{label}: the form", path)).fields
        form |= {"username": self.one["username"], "password": self.one["password"]}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.ask(f"{label}: sent", path, urlencode(form).encode(), headers, then=f"{label}: my work")

    def ask(
        self, label: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, then: str = ""
    ) -> str:
        """The page. then: the label of where the answer leads; it has to lead somewhere. Raises Wrong."""
        wrong, page, location = "", "", ""
        try:
            status, page, location = self._answered(path, body, headers or {})
            if status != (302 if then else 200):
                wrong = f"{status} instead of {302 if then else 200}: {_said(page)}"
        except (OSError, http.client.HTTPException) as error:
            wrong = repr(error)
        now = time.perf_counter()
        self.results.append([label, self.one["at"], (now - self.due) * 1000, wrong])
        self.due = now
        if wrong:
            raise Wrong
        return self.ask(then, location) if then else page

    def _answered(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str, str]:
        base = self.plan["base"]
        link = http.client.HTTPConnection(base, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept-Encoding": "gzip", "Cookie": cookies, **self.plan["headers"], **headers}
        try:
            link.request("GET" if body is None else "POST", path, body, sent)
            answer = link.getresponse()
            read = answer.read()
        finally:
            link.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        if answer.getheader("Content-Encoding") == "gzip":
            read = gzip.decompress(read)
        return answer.status, read.decode(), answer.getheader("Location") or ""


def _said(page: str) -> str:
    """The errors that a page tells, for whoever looks for the reason."""
    return " | ".join(re.findall(r'class="[^"]*error[^"]*"[^>]*>\s*([^<]{3,120})', page)[:5])


def filled(form: dict[str, str], one: dict[str, Any]) -> dict[str, str]:
    """What a secretary answers: all is done, by the day of the meeting, with most of the points."""
    typed = {"item": "done", "done": one["day"], "points": "1", "note": "Chi bộ tự nhận xét tại cuộc họp."}
    answer = {name: typed.get(name.split("_")[0], value) for name, value in form.items()}
    answer |= {"resolution": "Quyết nghị nhiệm vụ tháng tới; phân công và thời hạn như biên bản."}
    return answer | {"number": one["number"], "dues": "156000"}


def multipart(fields: dict[str, str], number: int) -> bytes:
    """The body of a form with the signed minutes as a file."""
    parts = [
        f'--{MARK}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{MARK}\r\nContent-Disposition: form-data; name="minutes_files"; filename="bien-ban-{number}.pdf"\r\n'
    file = FILE + str(number).encode()
    parts.append(f"{head}Content-Type: application/pdf\r\n\r\n".encode() + file + b"\r\n")
    return b"".join(parts) + f"--{MARK}--\r\n".encode()


def carried_out(plan: dict[str, Any]) -> list[list[Any]]:
    """The results of all visits of the plan, each begun at its moment."""
    visits = sorted(plan["visits"], key=lambda one: one["at"])
    found: list[list[Any]] = []
    lock = threading.Lock()
    begun = time.perf_counter() + 0.5

    def carry_out(one: dict[str, Any]) -> None:
        visit = Visit(plan, one, begun)
        try:
            results = visit.run()
        except Exception as error:
            results = [*visit.results, [one["label"], one["at"], 0.0, repr(error)]]
        with lock:
            found.extend(results)

    with ThreadPoolExecutor(VISITORS) as pool:
        for one in visits:
            time.sleep(max(0.0, begun + one["at"] - time.perf_counter()))
            pool.submit(carry_out, one)
    return found


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = carried_out(plan)
    told = {"results": found, "core": time.process_time()}
    Path(sys.argv[2]).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
