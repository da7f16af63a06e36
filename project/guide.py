"""The user guide as pages of the program: docs/user-guide is read as it is written, in a small part of Markdown.

What the guide may use: headings, paragraphs, lists, tables, pictures on lines of their own; bold, _italics_, `code`,
links. A link to another page of the guide leads there; any other (a drawing, a page of the repository) is only its
words here. Pictures lie in docs/images and are given out with the other static files, under `guide/`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(settings.BASE_DIR) / "docs" / "user-guide"
FIRST = "README"
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
PICTURE = re.compile(r"!\[([^\]]+)\]\(\.\./\.\./images/([\w/.-]+)\)")


@dataclass(frozen=True)
class GuidePage:
    """One page: its name in the address, its title, its HTML."""

    name: str
    title: str
    html: SafeString


@lru_cache(maxsize=4)
def pages(language: str) -> dict[str, GuidePage]:
    """Name -> page of the guide in a language, the first page first. Vietnamese for a language without a guide."""
    folder = FOLDER / language
    files = sorted(
        (folder if folder.is_dir() else FOLDER / "vi").glob("*.md"), key=lambda one: (one.stem != FIRST, one)
    )
    found = {}
    for path in files:
        head, _line, body = path.read_text(encoding="utf-8").partition("\n")
        found[path.stem] = GuidePage(path.stem, head.removeprefix("# "), html_of(body, {one.stem for one in files}))
    return found


def html_of(text: str, names: set[str]) -> SafeString:
    """The text as HTML; everything in it is escaped first. names: the pages that links may lead to."""
    lines = [line.rstrip() for line in text.splitlines()]
    blocks = []
    for is_empty, group in groupby(lines, key=lambda line: line == ""):
        if not is_empty:
            for kind, part in groupby(_unfolded(list(group)), key=_kind_of):
                blocks.append(_block(kind, list(part), names))
    return mark_safe("\n".join(blocks))  # escaped in _inline


def _unfolded(lines: list[str]) -> list[str]:
    """Lines that go on (a paragraph's, or indented below a list entry) joined to the one they belong to."""
    joined: list[str] = []
    for line in lines:
        goes_on = joined and _kind_of(line) == "p" and _kind_of(joined[-1]) in ("p", "ul", "ol")
        if goes_on:
            joined[-1] = f"{joined[-1]} {line.strip()}"
        else:
            joined.append(line)
    return joined


def _kind_of(line: str) -> str:
    if line.startswith("#"):
        return f"h{len(line) - len(line.lstrip('#'))}"
    if line.startswith("|"):
        return "table"
    if line.startswith("!["):
        return "img"
    if line.startswith("- "):
        return "ul"
    return "ol" if re.match(r"\d+\. ", line) else "p"


def _block(kind: str, raw: list[str], names: set[str]) -> str:
    if kind == "img":
        return "".join(PICTURE.sub(_picture, line) for line in raw)
    lines = [_inline(line, names) for line in raw]
    if kind == "table":
        return _table(lines)
    if kind in ("ul", "ol"):
        entries = "".join(f"<li>{re.sub(r'^(- |[0-9]+[.] )', '', line)}</li>" for line in lines)
        return f"<{kind}>{entries}</{kind}>"
    return "".join(f"<{kind}>{line.lstrip('# ')}</{kind}>" for line in lines)


def _picture(found: re.Match[str]) -> str:
    told, name = found.groups()
    return f'<p><img src="{static(f"guide/{name}")}" alt="{escape(told)}" loading="lazy"></p>'


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
    body = ""
    for first, *rest in rows[2:]:
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        body += f'<tr><th scope="row">{first}</th>{cells}</tr>'
    return f'<div class="table-wrap"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _inline(line: str, names: set[str]) -> str:
    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        name = target.removesuffix(".md")
        return f'<a href="?page={name}">{words}</a>' if name in names else words

    told = LINK.sub(link, escape(line))
    told = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", told)
    told = re.sub(r"(?<!\w)_([^_]+)_(?!\w)", r"<em>\1</em>", told)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", told)
