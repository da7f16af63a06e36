"""Cases brought to a stage, step by step as people do it: for the demo, and for tests that start in the middle."""

from datetime import date as D
from typing import Any

from inspections.cases.models import Case, PaperKind
from inspections.cases.services.clocks import AT_SIGNING, unknown_limits
from inspections.cases.services.fieldwork import add_paper
from inspections.cases.services.opening import Proposal, SubjectChoice
from inspections.cases.services.people import Mate
from inspections.findings.models import Finding, Severity
from inspections.findings.services.answers import unconsidered
from inspections.findings.services.findings import FindingFacts, add_finding
from inspections.findings.services.notices import DemandGiven, save_notice
from inspections.programmes.models import ProgrammeLine
from inspections.remedies.models import Correction
from project.demo.cast import Cast, at
from project.demo.drive import do, pdf
from workflows import starts

AGREED = "Uỷ ban kiểm tra thống nhất kết luận."


def proposed(
    cast: Cast,
    *,
    kind: str = "GSCD",
    body: str = "ubkt",
    subjects: list[SubjectChoice] | None = None,
    day: str = "2026-10-01",
    by: str = "officer",
    team: list[tuple[str, str]] | None = None,
    content: str = "Việc nâng cao chất lượng sinh hoạt chi bộ",
    examined: tuple[D, D] = (D(2025, 1, 1), D(2026, 6, 30)),
    ends_on: D = D(2026, 12, 15),
    line: ProgrammeLine | None = None,
) -> Case:
    """A proposal waiting for its signature."""
    members = (
        team if team is not None else [("vice_chair", "leader"), ("member", "member"), ("officer", "team_secretary")]
    )
    return starts.propose(
        acting_user=cast[by],
        now=at(day),
        proposal=Proposal(
            organisation=cast.organisation(body),
            kind=cast.kinds[kind],
            content=content,
            subjects=subjects or [SubjectChoice(cast.organisation("dong_muoi"))],
            examined_from=examined[0],
            examined_to=examined[1],
            starts_on=D.fromisoformat(day),
            ends_on=ends_on,
            line=line,
            team=[Mate(cast.person(name), part) for name, part in members],
            method="Nghe báo cáo, nghiên cứu hồ sơ, làm việc trực tiếp.",
            reason="" if line else "Phát sinh từ giám sát thường xuyên.",
        ),
    )


def signed(cast: Cast, case: Case, day: str = "2026-10-02", by: str = "chair") -> Case:
    unknown = unknown_limits(case, AT_SIGNING, D.fromisoformat(day))
    days = {f"limit_day_{duty}": case.ends_on for duty in unknown}
    reasons = {f"limit_reason_{duty}": "Theo kế hoạch; chưa có quy định thời hạn." for duty in unknown}
    do(cast[by], case, "sign", at(day), outcome="sign", **days, **reasons)
    case.refresh_from_db()
    return case


def prepared(cast: Cast, case: Case, day: str = "2026-10-05", by: str = "vice_chair") -> None:
    do(
        cast[by],
        case,
        "prepare",
        at(day),
        outline="1. Nền nếp sinh hoạt. 2. Chuẩn bị nội dung.",
        schedule="Từ 06/10: làm việc tại chi bộ. Thư ký: ghi biên bản.",
        team_met_on=D.fromisoformat(day),
        team_minutes="Đoàn họp, phân công nhiệm vụ.",
    )


def announced(
    cast: Cast, case: Case, day: str = "2026-10-07", by: str = "vice_chair", due: D = D(2026, 10, 20)
) -> None:
    do(
        cast[by],
        case,
        "announce",
        at(day),
        held_on=D.fromisoformat(day),
        place="Nhà văn hoá thôn",
        attendees="Đoàn giám sát; chi uỷ",
        minutes="Đã công bố quyết định và kế hoạch.",
        self_report_due=due,
    )


def self_reported(cast: Cast, case: Case, by: str = "dm_secretary", day: str = "2026-10-15") -> None:
    for subject in case.subjects.all():
        do(cast[by], subject, "self_report", at(day), text="Chi bộ báo cáo tự kiểm tra theo đề cương.")


def worked_with(cast: Cast, case: Case, by: str = "member", day: str = "2026-10-20") -> None:
    """The team writes working minutes, and attaches the signed ones."""
    add_paper(
        acting_user=cast[by],
        case=case,
        kind=PaperKind.objects.get(code="working_minutes"),
        body="Làm việc với chi uỷ về sổ nghị quyết.",
        files=[pdf("bien-ban-lam-viec.pdf")],
        held_on=D.fromisoformat(day),
        place="Nhà văn hoá thôn",
        attendees="Đoàn; chi uỷ",
        subject=None,
        now=at(day),
    )


def found(cast: Cast, case: Case, *texts: str, by: str = "member", day: str = "2026-10-21") -> list[Finding]:
    """The team records findings about the first subject."""
    return [
        add_finding(
            acting_user=cast[by],
            case=case,
            facts=FindingFacts(
                text=text,
                severity=Severity.objects.get(code="limitation"),
                responsible=case.subjects.all()[0],
                cause="Chi uỷ chưa quan tâm đúng mức.",
                cause_kind="subjective",
            ),
            files=[],
            now=at(day),
        )
        for text in texts
    ]


def verified(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-10-22") -> None:
    do(cast[by], case, "verify", at(day), outcome="enough")


def drafted(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-10-26") -> None:
    do(cast[by], case, "draft_report", at(day), text="Dự thảo báo cáo kết quả giám sát.")


def sent(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-10-26", due: D = D(2026, 10, 31)) -> None:
    """The draft goes to the subjects."""
    do(cast[by], case, "release_draft", at(day, 10), outcome="release", answers_due=due)


def released(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-10-26", due: D = D(2026, 10, 31)) -> None:
    """The draft is written and goes to the subjects."""
    drafted(cast, case, by, day)
    sent(cast, case, by, day, due)


def answered(cast: Cast, case: Case, by: str = "dm_secretary", day: str = "2026-10-28") -> None:
    """Every subject accepts every finding."""
    for subject in case.subjects.all():
        positions = {f"answer_{finding.pk}": "accepts" for finding in subject.findings.all()}
        do(cast[by], subject, "answer", at(day), opinion="Nhất trí với dự thảo.", **positions)


def considered(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-10-29") -> None:
    fields: dict[str, str] = {}
    for answer in unconsidered(case):
        fields |= {f"outcome_{answer.pk}": "kept", f"reason_{answer.pk}": "Đối tượng nhất trí."}
    do(cast[by], case, "consider_answers", at(day), **fields)


def conferred(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-10-30") -> None:
    do(
        cast[by],
        case,
        "conference",
        at(day),
        held_on=D.fromisoformat(day),
        place="Nhà văn hoá thôn",
        attendees="Đoàn; toàn thể chi bộ",
        minutes="Hội nghị thông qua dự thảo báo cáo.",
    )


def reported(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-11-02") -> None:
    do(cast[by], case, "report", at(day), text="Báo cáo kết quả giám sát.", submission="Đề nghị kết luận.")


def appraised(cast: Cast, case: Case, by: str = "office_chief", day: str = "2026-11-03") -> None:
    do(cast[by], case, "appraise", at(day), is_in_order="yes", text="Thể thức đúng quy định.")


def concluded(
    cast: Cast,
    case: Case,
    by: str = "chair",
    day: str = "2026-11-05",
    outcome: str = "concluded",
    extract: str = AGREED,
) -> None:
    """The sitting on the report. outcome: what it decides; extract: of its minutes."""
    do(
        cast[by],
        case,
        "conclude",
        at(day),
        outcome=outcome,
        held_on=D.fromisoformat(day),
        chair="Đỗ Văn Quý",
        recorder="Mai Đình Nghĩa",
        attendees="5 đồng chí",
        members=5,
        present=5,
        votes_for=5,
        votes_against=0,
        abstentions=0,
        extract=extract,
    )


def drafted_notice(
    cast: Cast, case: Case, *, by: str = "member", day: str = "2026-11-09", due: D = D(2026, 11, 30)
) -> None:
    """One demand for each standing finding, waiting for the signature."""
    save_notice(
        acting_user=cast[by],
        case=case,
        strengths=["Chi bộ duy trì nền nếp sinh hoạt hằng tháng."],
        demands=[
            DemandGiven(
                text=f"Khắc phục: {finding.text}",
                findings=[finding],
                assignee=case.subjects.first(),
                monitor=cast.person("officer"),
                due_words="before",
                due_day=due,
            )
            for finding in case.findings.standing()
        ],
        carrying_out="Giao UBKT theo dõi, đôn đốc.",
        recipients="Chi bộ\nLưu UBKT",
        now=at(day),
    )
    do(cast[by], case, "draft_notice", at(day, 10))


def noticed(
    cast: Cast,
    case: Case,
    *,
    by: str = "member",
    signer: str = "chair",
    day: str = "2026-11-09",
    due: D = D(2026, 11, 30),
) -> None:
    """One demand for each standing finding; signed and published."""
    drafted_notice(cast, case, by=by, day=day, due=due)
    do(cast[signer], case, "sign_notice", at(day, 14), outcome="sign")


def closed(cast: Cast, case: Case, by: str = "vice_chair", day: str = "2026-11-12") -> None:
    do(
        cast[by],
        case,
        "announce_notice",
        at(day),
        held_on=D.fromisoformat(day),
        place="Nhà văn hoá thôn",
        attendees="Chi bộ",
        minutes="Đã công bố thông báo kết luận.",
    )
    do(
        cast[by],
        case,
        "close_dossier",
        at(day, 15),
        handed_over_on=D.fromisoformat(day),
        handed_over_to="Văn phòng Đảng uỷ",
        index="01. Quyết định",
        lessons="",
    )


def planned(cast: Cast, correction: Correction, by: str, day: str, product: str) -> None:
    """The plan of one line."""
    finding = correction.demand.findings.get()
    fields = {
        "line-TOTAL_FORMS": 1,
        "line-INITIAL_FORMS": 0,
        "line-0-pk": "",
        "line-0-finding": finding.pk,
        "line-0-remedy": "Chi uỷ phân công người chuẩn bị từng kỳ sinh hoạt.",
        "line-0-due_on": correction.due_on,
        "line-0-product": product,
    }
    do(cast[by], correction, "plan", at(day), **fields)


def judged(cast: Cast, correction: Correction, step: str, day: str, *, accepts: bool) -> None:
    """Every line that waits is accepted, or all are returned. step: judge_plan or judge_report."""
    waiting = "submitted" if step == "judge_plan" else "reported"
    fields: dict[str, object] = {}
    for action in correction.actions.filter(state=waiting):
        fields[f"verdict_{action.pk}"] = "accept" if accepts else "return"
        fields[f"reason_{action.pk}"] = "" if accepts else "Chưa nêu sản phẩm chứng minh."
    do(cast["officer"], correction, step, at(day), **fields)


def carried_out(cast: Cast, correction: Correction, by: str, day: str) -> None:
    """Every agreed line is reported as done, with its proof."""
    fields: dict[str, object] = {}
    files = {}
    for action in correction.actions.filter(state="accepted"):
        fields |= {
            f"text_{action.pk}": "Đã ban hành và thực hiện.",
            f"done_on_{action.pk}": D.fromisoformat(day),
        }
        files[f"files_{action.pk}"] = pdf("nghi-quyet.pdf")
    do(cast[by], correction, "carry_out", at(day), files=files, **fields)


def run_to_release(cast: Cast, *texts: str, subject_by: str = "dm_secretary", **options: Any) -> Case:
    """A thematic supervision up to the draft with the subject. subject_by: who acts for the subject."""
    case = signed(cast, proposed(cast, **options))
    prepared(cast, case)
    announced(cast, case)
    self_reported(cast, case, by=subject_by)
    worked_with(cast, case)
    found(cast, case, *(texts or ("Sinh hoạt chuyên đề chưa đủ mỗi quý.",)))
    verified(cast, case)
    released(cast, case)
    case.refresh_from_db()
    return case


def run_to_conclusion(cast: Cast, *texts: str, **options: Any) -> Case:
    """A thematic supervision up to the sitting that concluded it."""
    case = run_to_release(cast, *texts, **options)
    answered(cast, case, by=options.get("subject_by", "dm_secretary"))
    considered(cast, case)
    conferred(cast, case)
    reported(cast, case)
    appraised(cast, case)
    concluded(cast, case)
    case.refresh_from_db()
    return case


def run_to_notice(cast: Cast, *texts: str, **options: Any) -> Case:
    """A thematic supervision up to the published notice with its corrections."""
    case = run_to_conclusion(cast, *texts, **options)
    noticed(cast, case)
    case.refresh_from_db()
    return case
