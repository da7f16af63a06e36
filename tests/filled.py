"""What a page shows after a form was sent: the controls with their values, what stands beside a field, what is kept."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from tests.browse import TAG

UNKEPT = ("sessions.", "axes.")
BLOCK = re.compile(r'class="field[ "]')


class _Controls(HTMLParser):
    """Name -> values, as a browser would send the form again."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, list[str]] = {}
        self.select = self.area = ""
        self.text = ""

    def keep(self, name: str, value: str) -> None:
        if name:
            self.values.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.keep(self.select, given.get("value", ""))
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "input":
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if ticked and given.get("type") != "file":
                self.keep(name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # a browser leaves the first line break out
            self.keep(self.area, self.text.removeprefix("\r\n").removeprefix("\n"))


def values_of(response: Any) -> dict[str, list[str]]:
    """The controls of the page with what stands in them."""
    parser = _Controls()
    parser.feed(response.content.decode())
    return parser.values


def beside(response: Any, field: str) -> str:
    """The words of the block of a field: label, help, errors. Empty when the page has no such field."""
    for block in BLOCK.split(response.content.decode())[1:]:
        if f'name="{field}"' in block:
            return " ".join(unescape(TAG.sub(" ", f"<p {block}")).split())
    return ""


def stored() -> dict[str, Any]:
    """Everything that is kept: every row of every table but the sessions, and the files on the disk."""
    rows: dict[str, Any] = {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.label.startswith(UNKEPT) and not model._meta.proxy
    }
    root = Path(settings.FILES_ROOT)
    return {**rows, "files": sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())}
