"""Findings, the conclusion and the corrections."""

from typing import Any

from inspections.findings.models import Severity
from inspections.findings.services.answers import unconsidered
from tests.permissions.matrix.cases import SEEN, body, of_body, of_team, proposal, reason
from tests.permissions.matrix.route import Route, grid, same
from tests.permissions.world import World

# The subject's office answers: the cell is the child place, so it also finds its own case there.
SUBJECT = grid(
    stranger="404 403 404 404",
    colleague="403 404 404 403",
    holder="200 404 404 200",
    deputy="200 404 404 200",
    recused="404 404 404 403",
)


def finding(world: World) -> dict[str, Any]:
    case = world.row("verifying")
    return {
        "text": "Sổ ghi chép chưa đủ.",
        "severity": Severity.objects.get(code="limitation").pk,
        "responsible": case.subjects.get().pk,
    }


def considered(world: World) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for answer in unconsidered(world.row("concluded")):
        fields |= {f"outcome_{answer.pk}": "kept", f"reason_{answer.pk}": "Có chứng cứ."}
    return fields


def notice(world: World) -> dict[str, Any]:
    return {
        "strengths": "Giữ nền nếp.",
        "carrying_out": "Giao UBKT theo dõi.",
        "recipients": "Lưu",
        "demand-TOTAL_FORMS": "0",
        "demand-INITIAL_FORMS": "0",
    }


def proposal_of_demand(world: World) -> dict[str, Any]:
    return {**proposal(world), "demands": [world.row("overdue").pk]}


ROUTES = (
    Route("findings:list", "chair", get=same("200"), hidden_from=("stranger", "recused", "ended", "superuser")),
    Route("findings:detail", "chair", of="finding", get=SEEN),
    Route("findings:of_case", "chair", of="case", arg="case_pk", get=SEEN),
    Route("findings:notice", "chair", of="case", arg="case_pk", get=SEEN),
    of_team(
        "findings:add",
        "verifying",
        "draft_report",
        arg="case_pk",
        data=finding,
        shows=lambda world, place: "Chi bộ thôn Đồng Muối",
    ),
    of_team("findings:change", "draft_finding", "draft_report", data=finding),
    of_team(
        "findings:drop",
        "draft_finding",
        "draft_report",
        data=reason,
        shows=lambda world, place: world.row("draft_finding", place).case.number,
    ),
    Route(
        "findings:reserve",
        "dm_secretary",
        of="disputed_finding",
        verb="answer_findings",
        get=SUBJECT,
        post={**SUBJECT, "holder": "302 404 404 409", "deputy": "302 404 404 409"},
        data=lambda world: {"text": "Chi bộ bảo lưu ý kiến."},
        shows=lambda world, place: world.row("disputed_finding", place).case.number,
    ),
    of_team("findings:consider_late", "concluded", "consider_answers", arg="case_pk", data=considered),
    of_team("findings:draft_notice", "concluded", "draft_notice", arg="case_pk", data=notice),
    Route("remedies:list", "chair", get=same("200"), hidden_from=("stranger", "recused", "ended", "superuser")),
    Route("remedies:detail", "chair", of="correction", get=SEEN),
    of_body(
        "workflows:follow_up",
        "overdue",
        "propose_case",
        holder="officer",
        colleague="standing",
        # what is not overdue elsewhere leads back to the correction
        get=body("200", sibling="302"),
        post=body("302", sibling="422"),
        data=proposal_of_demand,
    ),
    Route("remedies:of_case", "chair", of="case", arg="case_pk", get=SEEN),
    of_body(
        "workflows:assign_monitor",
        "correction",
        "verify_remedies",
        post=body("302", sibling="422"),
        data=lambda world: {"monitor": world.cast.person("member").pk, "reason": "Chuyển công tác."},
        shows=lambda world, place: world.row("correction", place).demand.notice.number,
    ),
)
