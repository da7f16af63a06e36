"""What a task page says around its form: what is asked, what a signature causes, and who gets it next."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflows.flows import base, correction
from workflows.turns import TURNS

# step -> what is asked and why, in a sentence or two (domain.md §4.1, §5.3)
ASKED: dict[str, Any] = {
    "sign": _("Read the proposal. Who proposed a case may not sign it."),
    "revise": _("The proposal came back. Change what was asked for on its own page, then hand it in again here."),
    "prepare": _("Write what the subject is asked, who does what and when, and how the team agreed on it."),
    "announce": _("Tell the subject of the decision, the plan and the outline, and set the day of its self-report."),
    "self_report": _("Report on the matters of the outline for the period examined. The team starts from your report."),
    "verify": _("Work with the subject, gather minutes and evidence, and record the findings before you go on."),
    "supplement": _("The team needs more before it can go on. Answer what is asked for and attach the documents."),
    "draft_report": _("Write what was examined and found. The subject answers finding by finding once it is released."),
    "release_draft": _("Read the draft once more. From its release on the subject sees it with its own findings."),
    "answer": _("Say of every finding whether you accept it, contest it with proof, or reserve your opinion."),
    "consider_answers": _(
        "Keep, change or drop each contested finding, with the reason. The subject reads your reason."
    ),
    "conference": _("Hold the conference with the subject and record it, reserved opinions included."),
    "report": _("Write the result report and what the body is asked to decide."),
    "appraise": _("Check form and consistency only. The content is the team's, and is not judged here."),
    "conclude": _("Record the sitting: who was there, how they voted, what was concluded."),
    "draft_notice": _(
        "Write strengths, shortcomings and demands. Every shortcoming needs a demand, with who and when."
    ),
    "sign_notice": _("Read the notice in its prescribed layout. It takes its number when you sign."),
    "announce_notice": _("Tell the subject of the conclusion and record the meeting."),
    "close_dossier": _("Check the index of the dossier and hand it over. Corrections go on being watched."),
    "draft": _("Write the lines of the programme on its own page, then submit it here to be adopted."),
    "adopt": _("Read the lines. Who wrote the programme may not adopt it."),
    "decide": _("The team asks to change a running case. Approve it, or refuse it with a reason."),
    "plan": _("For every shortcoming: what you will do, by when, and which product will prove it."),
    "judge_plan": _("Accept or return line by line. A line that goes back needs a reason that the cell can act on."),
    "carry_out": _("Report what was done in each open line and attach the product that proves it."),
    "judge_report": _("Look at the proof of each line. What you return is opened again, with your reason."),
    "hold_review": _(
        "Say how the scheme is carried out, which models are good to spread, and what was learnt. The figures of the "
        "moment are kept with it."
    ),
    "look": _("See whether what was accepted has lasted. What recurs opens again, with a new day and your reason."),
    "end_suspension": _(
        "Lift the suspension by a decision, or record how it ended. More time is asked for at its last day, once."
    ),
}

# (step, value of its choice) -> what follows, told before it is done for good
CONSEQUENCES: dict[tuple[str, str], list[Any]] = {
    ("sign", "sign"): [
        _("Decision and plan take the next numbers of the term; numbers are never given back."),
        _("The members of the team get their rights in the case, and the first step lies on their list."),
        _("Proposal and team can then be changed only by a request that you decide on."),
    ],
    ("release_draft", "release"): [
        _("The subject sees the draft and its own findings at once, and its time to answer begins."),
        _("A released draft cannot be taken back."),
    ],
    ("sign_notice", "sign"): [
        _("The notice takes the next number of the term and is published to the subject."),
        _("For every demand a correction opens, with its last day, at the one who must correct."),
        _("A signed notice cannot be changed."),
    ],
    ("look", "recurring"): [
        _("The correction opens again at who must correct, with the new day; a plan is written anew."),
        _("Plan, proofs and verdicts of before stay readable."),
    ],
    ("adopt", "adopt"): [
        _("The programme takes its number and can be read only; cases can be opened from its lines."),
        _("A later change is a new version with its reason."),
    ],
}

# step -> what begins elsewhere once it is done, and whose it is
BEGUN: dict[str, tuple[Any, Any]] = {
    "sign": (_("The first step of the case"), TURNS[base.team_turn].whose),
    "sign_notice": (_("The corrective plan of every demand"), TURNS[correction.doer_turn].whose),
}


@dataclass(frozen=True)
class NextStep:
    """A step that can follow, and whose it is."""

    title: Any
    whose: Any


@lru_cache(maxsize=64)
def next_steps(node: Any) -> tuple[NextStep, ...]:
    """The nearest steps of people that can follow a node of a running flow."""
    waiting = [edge.dst for edge in node._outgoing()]
    seen = {node.name}
    found = [NextStep(*BEGUN[node.name])] if node.name in BEGUN else []
    while waiting:
        one = waiting.pop(0)
        if one.name in seen:
            continue
        seen.add(one.name)
        if one.task_type == "HUMAN":
            found.append(NextStep(one.task_title, TURNS[one.turn].whose))
        else:
            waiting += [edge.dst for edge in one._outgoing()]
    return tuple(found)


def asked(node_name: str) -> Any:
    """What a step asks for."""
    return ASKED[node_name]


def needs_check(node_name: str) -> bool:
    """Whether the answers of a step are shown once more, with what follows, before it is done."""
    return any(step == node_name for step, _value in CONSEQUENCES)


def consequences(node_name: str, cleaned: dict[str, Any]) -> list[Any]:
    """What follows from the choice made in a step; nothing when it only sends back."""
    return CONSEQUENCES.get((node_name, str(cleaned.get("outcome", ""))), [])
