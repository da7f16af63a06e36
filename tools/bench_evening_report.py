"""What was measured of the month-end evening, as lines of docs/performance.md."""

import math
import os
from collections.abc import Iterable
from typing import Any

Result = list[Any]  # label, at, milliseconds, what went wrong
WARMING = "warming"
HEAT_MAPS = ("heat map: province", "heat map: commune", "heat map: cell")


def told(
    facts: dict[str, Any], idle: dict[str, Any], runs: list[dict[str, Any]], proved: dict[str, int], python: str
) -> list[str]:
    """The lines: what was measured on, heat maps by themselves, the evening, what was found afterwards."""
    rows = "; ".join(f"{name} {number:,}" for name, number in facts["rows"].items())
    lines = [
        f"{os.cpu_count()} processors, Python {python}, PostgreSQL {facts['version']} as it was installed; "
        f"{facts['megabytes']:,} MB. {rows}.",
        "",
        "Each page by itself, one after the other, over HTTP, in milliseconds:",
        "",
        "| page | queries | least | median | 95th of a hundred | errors |",
        "|-|-|-|-|-|-|",
    ]
    for label, several in _by_label(one for one in idle["results"] if not one[0].startswith(WARMING)):
        queries = facts["queries"].get(label.removeprefix("heat map: "), "")
        least, median, late = (f"{_at(several, share):.0f}" for share in (0, 0.5, 0.95))
        lines.append(f"| {label} | {queries} | {least} | {median} | {late} | {_wrong(several)} |")
    for run in runs:
        lines += ["", *_run(run)]
    lines += ["", _proof(proved)]
    return lines


def _run(run: dict[str, Any]) -> list[str]:
    results, seconds = run["results"], run["seconds"]
    uploads = sum(label == "upload: sent" and not wrong for label, _at_, _ms, wrong in results)
    lines = [
        f"**{run['name'].capitalize()}**: {run['rate']:.1f} uploads a second for {seconds:.0f} seconds. "
        f"{len(results)} requests, {len(results) / seconds:.1f} a second; {uploads} uploads, "
        f"{uploads / seconds:.2f} a second; **{_wrong(results)} errors**; all answers "
        f"{_at(results, 0.5):.0f} / **{_at(results, 0.95):.0f}** / {_at(results, 0.99):.0f} ms. "
        f"Of all cores {run['busy']:.0%} were busy, {run['core'] / run['took'] / (os.cpu_count() or 1):.0%} with the "
        "load tool itself; "
        f"one-minute load at the end {run['load']:.1f}.",
        "",
        "| request | a second | median | 95th | 99th | errors |",
        "|-|-|-|-|-|-|",
    ]
    for label, several in _by_label(results):
        middle = " | ".join(f"{_at(several, share):.0f}" for share in (0.5, 0.95, 0.99))
        lines.append(f"| {label} | {len(several) / seconds:.2f} | {middle} | {_wrong(several)} |")
    reasons = sorted({wrong for _label, _when, _ms, wrong in results if wrong})
    return lines + [f"- went wrong: {one[:200]}" for one in reasons[:5]]


def _proof(proved: dict[str, int]) -> str:
    counts = ", ".join(f"{name} {number}" for name, number in proved.items() if name not in ("chains", "entries"))
    return (
        f"Afterwards in the database: {counts}. Of {proved['chains']} of these cells the whole chain was looked "
        f"through, {proved['entries']:,} entries, and holds."
    )


def _by_label(results: Iterable[Result]) -> list[tuple[str, list[Result]]]:
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(one[0], []).append(one)
    return sorted(found.items())


def _at(results: list[Result], share: float) -> float:
    """The milliseconds within which so large a share was answered; what went wrong counts as long as it took."""
    taken = sorted(ms for _label, _when, ms, _wrong in results)
    return float(taken[max(0, math.ceil(share * len(taken)) - 1)])


def _wrong(results: list[Result]) -> int:
    return sum(bool(wrong) for _label, _when, _ms, wrong in results)
