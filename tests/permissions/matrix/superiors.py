"""Superiors and their cells: board, page of a cell, visits, remarks and what comes of them, who follows whom."""

from typing import Any

from inspections.superiors.models import SupervisionOutcome, SupervisionTopic
from tests.permissions.matrix.meetings import of_cell, officers
from tests.permissions.matrix.route import Grid, Route, grid, same
from tests.permissions.world import World

ONLY = {"ended": "403", "superuser": "403"}


def above(through: str, colleague: str = "403 404 404 404") -> Grid:
    """Whoever stands above the cell gets through: own cell and that of the child, which lie in one commune."""
    below = f"{through} 404 404 {through}"
    return grid(stranger=f"404 {through} 404 404", colleague=colleague, holder=below, deputy=below, recused=below)


def act(name: str, of: str, verb: str, data: Any, **options: Any) -> Route:
    """A form of a superior."""
    colleague = options.pop("answers", "403 404 404 404")
    return Route(
        f"superiors:{name}",
        "chair",
        of=of,
        verb=verb,
        get=above("200", colleague),
        post=above("302", colleague),
        data=data,
        **{"colleague": "dm_secretary", **options},
    )


def board_page(name: str, query: str = "") -> Route:
    return Route(
        f"superiors:{name}",
        "chair",
        query=query,
        get=same("200", **ONLY),
        colleague="dm_secretary",
        shows=of_cell,
        hidden_from=("stranger",),
    )


def supervised(world: World) -> dict[str, Any]:
    topic = SupervisionTopic.objects.first()
    assert topic is not None
    return {
        "topic": str(topic.pk),
        "outcome": str(SupervisionOutcome.objects.latest("pk").pk),
        "sign": "Sinh hoạt hình thức.",
    }


def given(world: World) -> dict[str, Any]:
    cell = world.cast.organisation("dong_muoi")
    return {"person": world.cast.person("secretary").pk, "cells": [cell.pk], "starts_on": "23/11/2026"}


ROUTES = (
    board_page("board"),
    board_page("cells", "?month=2026-11"),
    board_page("meetings", "?figure=met&month=2026-11"),
    Route(
        "superiors:supervisions",
        "chair",
        get=same("200"),
        colleague="dm_secretary",
        hidden_from=("stranger", "ended", "superuser"),
    ),
    Route(
        "superiors:cell",
        "chair",
        of="meeting_cell",
        get=above("200", "200 404 404 404"),
        colleague="dm_secretary",
        shows=of_cell,
    ),
    Route(
        "superiors:remark",
        "chair",
        of="remark",
        get=above("200", "200 404 404 404"),
        colleague="dm_secretary",
    ),
    act("visit", "closed_meeting", "visit_meetings", lambda world: {"note": "Dự cả buổi."}, shows=of_cell),
    act(
        "leave",
        "closed_meeting",
        "visit_meetings",
        lambda world: {"text": "Cần phân công cụ thể.", "answer_by": "01/12/2026"},
        shows=of_cell,
    ),
    Route(
        "superiors:answer",
        "dm_secretary",
        of="remark",
        colleague="chair",
        verb="keep_meetings",
        get=officers("200"),
        post=officers("302"),
        data=lambda world: {"answer": "Chi bộ tiếp thu."},
    ),
    act("remind", "remark", "remind", lambda world: {"note": "Sắp đến hạn."}),
    # the cell's own secretary may ask for reports; why not of his cell is said otherwise than by the verb
    act(
        "ask",
        "remark",
        "",
        lambda world: {"words": "Báo cáo việc khắc phục.", "due_on": "04/12/2026"},
    ),
    act("supervise", "remark", "supervise_cells", supervised),
    act("propose", "remark", "visit_meetings", lambda world: {"why": "Ba kỳ không có nghị quyết."}),
    act(
        "decline",
        "proposal",
        "supervise_cells",
        lambda world: {"reason": "Đã khắc phục."},
        colleague="follower",
        answers="403 404 404 403",
    ),
    act(
        "strike_visit",
        "visit",
        "say_who_follows",
        lambda world: {"reason": "Ghi nhầm."},
        colleague="member2",
        answers="403 404 404 403",
        shows=of_cell,
    ),
    act(
        "strike_supervision",
        "supervision",
        "supervise_cells",
        lambda world: {"reason": "Mở nhầm."},
        colleague="follower",
        answers="403 404 404 403",
    ),
    Route(
        "superiors:follow",
        "chair",
        of="committee",
        arg="organisation_pk",
        colleague="member2",
        verb="say_who_follows",
        # whoever oversees the tree knows of the organisation
        get={**above("200", "403 404 404 403"), "superuser": "403 403 403 403"},
        post={
            **above("302", "403 404 404 403"),
            # nobody of the commune, and none of its cells, is chosen in another one
            "stranger": "404 422 404 404",
            "superuser": "403 403 403 403",
        },
        data=given,
        shows=lambda world, place: str(world.row("committee", place)),
    ),
    act(
        "end_following",
        "following",
        "say_who_follows",
        lambda world: {"last_day": "30/11/2026"},
        colleague="member2",
        answers="403 404 404 403",
        shows=of_cell,
    ),
)
