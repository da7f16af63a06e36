"""What was measured, as docs/performance.md."""

import os
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def put(name: str, lines: list[str], page: Path = PAGE) -> None:
    """Replaces what stands on the page between the marks of the name."""
    begin, end = f"<!-- measured by `make bench`: {name} -->", f"<!-- end of {name} -->"
    before, rest = page.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    page.write_text("\n".join([before + begin, "", *lines, "", end + after]), encoding="utf-8")


def load() -> str:
    """How busy the machine was, as it is told beside figures."""
    return f"One-minute load of the machine when it ended: {os.getloadavg()[0]:.0f}."


def write(page: Path, found: dict[str, Any], options: Any) -> None:
    """What `tools/bench.py` measured."""
    put("submit and pages", _lines(found, options), page)


def _lines(found: dict[str, Any], options: Any) -> list[str]:
    some = next(iter(found.values()))
    versions = ", ".join(f"{name} {one['version']}" for name, one in found.items())
    lines = [
        "## Measured",
        "",
        f"`tools/bench.py --communes {options.communes} --rounds {options.rounds} --page {options.page}`: "
        f"{some['processors']} processors, "
        f"Python {some['python']}, {versions}; one process, one connection, HTTP by the in-process test client. "
        "Milliseconds are least / median / 95th of a hundred on the clock; CPU is the median of the process's own "
        "time, without the database server's. Ratios are of medians: on the clock, and of CPU. Queries count BEGIN "
        "and COMMIT. "
        f"{load()}",
        "",
        "| rows | " + " | ".join(found) + " |",
        "|-|" + "-|" * len(found),
    ]
    for name in some["sizes"]:
        lines.append(f"| {name} | " + " | ".join(f"{one['sizes'][name]:,}" for one in found.values()) + " |")
    for name, one in found.items():
        lines += ["", f"### {name}: one submit", "", *_submits(one["submit"])]
        lines += ["", f"### {name}: pages", "", *_reads(one["reads"])]
    return lines


def _times(one: dict[str, Any]) -> str:
    return f"{one['least']:.1f} / {one['median']:.1f} / {one['p95']:.1f}"


def _ratios(one: dict[str, Any], base: dict[str, Any]) -> str:
    return f"{one['median'] / base['median']:.1f}, {one['cpu'] / base['cpu']:.1f}"


def _submits(submit: dict[str, Any]) -> list[str]:
    lines = ["| candidate | queries | ms | CPU ms | × bare | × orm |", "|-|-|-|-|-|-|"]
    for name, one in submit.items():
        ratios = [_ratios(one, submit[base]) for base in ("bare", "orm")]
        lines.append(f"| {name} | {one['queries']} | {_times(one)} | {one['cpu']:.1f} | {ratios[0]} | {ratios[1]} |")
    return lines


def _reads(reads: list[dict[str, Any]]) -> list[str]:
    lines = ["| page: reader | way | queries | ms | CPU ms | × bare | rows or bytes |", "|-|-|-|-|-|-|-|"]
    bare = {one["page"]: one for one in reads if one["way"] == "bare"}
    told = {"bare": "bare SQL", "rows": "our question", "page": "the page"}
    for one in reads:
        size = f"{one['size']:,} {'bytes' if one['way'] == 'page' else 'rows'}"
        lines.append(
            f"| {one['page']} | {told[one['way']]} | {one['queries']} | {_times(one)} | {one['cpu']:.1f} | "
            f"{_ratios(one, bare[one['page']])} | {size} |"
        )
    return lines
