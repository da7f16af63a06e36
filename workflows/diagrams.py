"""The flows as drawings: whose turn in columns, the order of the steps from top to bottom.

One node a row, so that no line runs through a node: a step to the next row goes down, a skip goes round on the
right, a way back on the left. Drawn from the running graph, so a drawing cannot tell what the engine does not do.
Pages show where a process stands on it; docs/diagrams has it as files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from workflows.queries import in_order
from workflows.turns import TURNS

ANSWERS = {"cond_true": _("yes"), "cond_false": _("no")}

LANE, ROW, HEAD, TRACK = 236, 84, 96, 16
STEP_WIDTH, STEP_HEIGHT = 188, 52
STYLE = (
    "text{font:13px 'DejaVu Sans',Verdana,sans-serif;fill:#1d2433}.flow{font-size:17px;font-weight:bold}"
    ".lane{font-weight:bold;fill:#4a5568}.band{fill:#f6f7f9}.step{fill:#fff;stroke:#28527a;stroke-width:1.5}"
    ".machine{fill:#e8eef4;stroke:#28527a}.event{fill:#e6f2ea;stroke:#2f6b46;stroke-width:1.5}"
    ".gate{fill:#fdf3dd;stroke:#96701c;stroke-width:1.5}.edge{fill:none;stroke:#5b6577;stroke-width:1.3}"
    ".said{font-size:11.5px;fill:#5b6577}.head{fill:#5b6577}"
)


@dataclass(frozen=True)
class Place:
    """A node on the drawing: its middle, and half its size."""

    x: int
    y: int
    half_width: int
    half_height: int
    node: Any


def svg_of(flow_class: Any) -> str:
    """The drawing of a flow as one SVG document with its own style, in the language that is active."""
    title = escape(str(flow_class.process_title))
    width, height, body = _drawn(flow_class, {})
    width = max(width, 32 + 11 * len(title))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
            f"<title>{title}</title><style>{STYLE}</style>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text class="flow" x="16" y="30">{title}</text>',
            *body,
            "</svg>",
            "",
        ]
    )


def picture_of(flow_class: Any, states: Mapping[str, str]) -> SafeString:
    """The drawing of a running flow for a page, which gives the style. states: name of a node -> done, open, mine."""
    width, height, body = _drawn(flow_class, states)
    top = HEAD // 3  # the place of the title, which the page has already
    head = f'<svg class="flow" viewBox="0 {top} {width} {height - top}" width="{width}" role="img">'
    return mark_safe("\n".join([head, f"<title>{escape(str(flow_class.process_title))}</title>", *body, "</svg>"]))


def _drawn(flow_class: Any, states: Mapping[str, str]) -> tuple[int, int, list[str]]:
    """Width, height and what is inside."""
    nodes = in_order(flow_class)
    lanes = _lanes(nodes)
    columns = list(dict.fromkeys(lanes.values()))
    edges = [(edge.src, edge.dst, edge.edge_class) for node in nodes for edge in node._outgoing()]
    rows = {node: number for number, node in enumerate(nodes)}
    back = _tracks([(rows[dst], rows[src], (src, dst)) for src, dst, _kind in edges if rows[dst] <= rows[src]])
    skips = _tracks([(rows[src], rows[dst], (src, dst)) for src, dst, _kind in edges if rows[dst] > rows[src] + 1])
    left = 24 + TRACK * (1 + max(back.values(), default=-1))
    right = left + LANE * len(columns)
    width = right + 24 + TRACK * (1 + max(skips.values(), default=-1))
    height = HEAD + ROW * len(nodes)
    places = {
        node: Place(
            left + LANE * columns.index(lanes[node]) + LANE // 2, HEAD + ROW * rows[node] + 32, *_size(node), node
        )
        for node in nodes
    }
    parts = [
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="head" d="M0,0 L8,4 L0,8 z"/></marker></defs>'
    ]
    for number, name in enumerate(columns):
        x = left + LANE * number
        parts.append(f'<rect class="band" x="{x + 4}" y="46" width="{LANE - 8}" height="{height - 58}" rx="6"/>')
        parts.append(f'<text class="lane" x="{x + LANE // 2}" y="70" text-anchor="middle">{escape(name)}</text>')
    for src, dst, kind in edges:
        if (src, dst) in back:
            side, turn = -1, left - 8 - TRACK * back[src, dst]
        elif (src, dst) in skips:
            side, turn = 1, right + 8 + TRACK * skips[src, dst]
        else:
            side, turn = 0, 0
        said = ANSWERS.get(kind, "") if src.task_type == "EXCLUSIVE_GATEWAY" else ""
        parts += _edge(places[src], places[dst], side, turn, str(said))
    parts += [_node(place, states.get(place.node.name, "")) for place in places.values()]
    return width, height, parts


def _lanes(nodes: tuple[Any, ...]) -> dict[Any, str]:
    """Whose column each node stands in: a step in that of its turn, the others in that of the step before them."""
    lanes: dict[Any, str] = {}
    first = next(node for node in nodes if node.task_type == "HUMAN")
    name = str(TURNS[first.turn].lane)
    for node in nodes:
        if node.task_type == "HUMAN":
            name = str(TURNS[node.turn].lane)
        lanes[node] = name
    return lanes


def _tracks(spans: list[tuple[int, int, Any]]) -> dict[Any, int]:
    """Span -> number of its track beside the columns; spans that overlap get tracks of their own, short ones inside."""
    found: dict[Any, int] = {}
    taken: list[list[tuple[int, int]]] = []
    for first, last, key in sorted(spans, key=lambda span: (span[1] - span[0], span[0])):
        is_free = [all(last < begun or first > ended for begun, ended in track) for track in taken]
        number = is_free.index(True) if True in is_free else len(taken)
        if number == len(taken):
            taken.append([])
        taken[number].append((first, last))
        found[key] = number
    return found


def _size(node: Any) -> tuple[int, int]:
    if node.task_type in ("HUMAN", "FUNCTION"):
        return STEP_WIDTH // 2, STEP_HEIGHT // 2
    return STEP_WIDTH // 2, 20


def _edge(src: Place, dst: Place, side: int, turn: int, said: str) -> list[str]:
    if side == 0:
        middle = dst.y - dst.half_height - 12
        points = [(src.x, src.y + src.half_height), (src.x, middle), (dst.x, middle), (dst.x, dst.y - dst.half_height)]
        label = (src.x + 8, src.y + src.half_height + 13, "start")
    else:
        start, end = src.x + side * src.half_width, dst.x + side * dst.half_width
        # leaves a little below and arrives a little above the middle, so that the two never lie on one another
        leave, arrive = src.y + 6 * (src.half_height > 20), dst.y - 6 * (dst.half_height > 20)
        points = [(start, leave), (turn, leave), (turn, arrive), (end, arrive)]
        label = (start + side * 6, leave - 5, "end" if side < 0 else "start")
    line = " ".join(f"{x},{y}" for x, y in points)
    drawn = [f'<polyline class="edge" points="{line}" marker-end="url(#head)"/>']
    if said:
        drawn.append(f'<text class="said" x="{label[0]}" y="{label[1]}" text-anchor="{label[2]}">{escape(said)}</text>')
    return drawn


def _node(place: Place, state: str) -> str:
    x, y, half_width, half_height = place.x, place.y, place.half_width, place.half_height
    left, top, kind = x - half_width, y - half_height, place.node.task_type
    box = f'x="{left}" y="{top}" width="{2 * half_width}" height="{2 * half_height}"'
    if kind in ("HUMAN", "FUNCTION"):
        shape = f'<rect class="{_look("step" if kind == "HUMAN" else "machine", state)}" {box} rx="8"/>'
    elif kind in ("START", "END"):
        shape = f'<rect class="{_look("event", state)}" {box} rx="{half_height}"/>'
    else:
        right, slope = x + half_width, 16
        corners = [(left, y), (left + slope, top), (right - slope, top), (right, y)]
        corners += [(right - slope, y + half_height), (left + slope, y + half_height)]
        drawn = " ".join(f"{one},{other}" for one, other in corners)
        look = _look("gate" if "EXCLUSIVE" in kind or kind == "SWITCH" else "machine", state)
        shape = f'<polygon class="{look}" points="{drawn}"/>'
    lines = wrapped(str(place.node.task_title), 24)
    first = y + 5 - 8 * (len(lines) - 1)
    words = "".join(
        f'<text x="{x}" y="{first + 16 * number}" text-anchor="middle">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return shape + words


def _look(kind: str, state: str) -> str:
    return f"{kind} {state}".strip()


def wrapped(title: str, width: int) -> list[str]:
    """The title in lines of about `width` letters, at most four."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:4]
