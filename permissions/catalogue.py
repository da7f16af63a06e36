"""Who may do what: verbs, roles and the parts in a case as one table (domain.md §2.2, §2.2a).

The page of roles, the grants and the tests are all made from this file.
A verb `on` an organisation needs a grant on the organisation that acts; with `reach` BELOW the grant of an
organisation also counts for all that it oversees. A verb `on` a case needs a part in that case.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from inspections.organisations.models import OrganisationType

Text = str | Promise


class On(StrEnum):
    ORGANISATION = "organisation"
    CASE = "case"


class Reach(StrEnum):
    OWN = "own"
    BELOW = "below"


@dataclass(frozen=True)
class Verb:
    code: str
    label: Text
    told: Text
    on: On = On.ORGANISATION
    reach: Reach = Reach.OWN
    technical: bool = False


class Place(StrEnum):
    """Where an office can be held: by the kind of organisation."""

    COMMITTEE = "committee"
    BODY = "body"
    CELL = "cell"


EVERYWHERE = frozenset(Place)


@dataclass(frozen=True)
class Role:
    code: str
    label: Text
    verbs: frozenset[str]
    held_in: frozenset[Place]


@dataclass(frozen=True)
class Part:
    """A part that a person plays in one case; it ends with the case or when the person is replaced."""

    code: str
    label: Text
    verbs: frozenset[str]


def _table(verbs: list[Verb]) -> dict[str, Verb]:
    return {verb.code: verb for verb in verbs}


BELOW, CASE = Reach.BELOW, On.CASE

VERBS: dict[str, Verb] = _table(
    [
        # reading
        Verb(
            "see_organisations",
            _("see organisations and office holders"),
            _("looked at organisations"),
            reach=BELOW,
        ),
        Verb("see_members", _("see members and their attendance"), _("looked at members"), reach=BELOW),
        Verb("see_programmes", _("see programmes"), _("looked at programmes"), reach=BELOW),
        Verb(
            "see_cases",
            _("see cases: decision, plan, notice, corrections"),
            _("looked at the case"),
            reach=BELOW,
        ),
        Verb("see_case_files", _("see the working papers of the body's own cases"), _("looked at the papers")),
        Verb("see_as_subject", _("see cases about one's own organisation"), _("looked at the case")),
        Verb(
            "see_schemes",
            _("see schemes, their figures and their reviews"),
            _("looked at a scheme"),
            reach=BELOW,
        ),
        Verb("see_meetings", _("see the meetings of cells"), _("looked at meetings"), reach=BELOW),
        Verb("see_board", _("see the leader's page"), _("looked at the leader's page"), reach=BELOW),
        Verb(
            "ask_report",
            _("ask an organisation below for a report about what it owes"),
            _("asked for a report"),
            reach=BELOW,
        ),
        Verb("give_report", _("give a report that was asked for"), _("gave the report")),
        Verb("read_audit", _("read the record of who did what"), _("read the record"), reach=BELOW),
        # administration
        Verb(
            "keep_organisations",
            _("keep organisations"),
            _("changed an organisation"),
            reach=BELOW,
            technical=True,
        ),
        Verb("keep_offices", _("keep people and offices"), _("changed an office"), reach=BELOW, technical=True),
        Verb("keep_members", _("keep members"), _("changed what is kept of a member"), reach=BELOW, technical=True),
        Verb(
            "keep_calendars",
            _("keep calendars and time limits"),
            _("changed the calendar"),
            reach=BELOW,
            technical=True,
        ),
        Verb(
            "keep_tables", _("keep the reference tables"), _("changed a reference table"), reach=BELOW, technical=True
        ),
        Verb("import_spreadsheets", _("take spreadsheets in"), _("took a spreadsheet in"), reach=BELOW, technical=True),
        Verb("keep_book", _("take the running book of conclusions in"), _("took the running book in")),
        # cell meetings
        Verb("keep_meetings", _("plan, prepare, hold and close the meetings of the cell"), _("kept a meeting")),
        Verb("score_meetings", _("score the meetings of cells below"), _("scored a meeting"), reach=BELOW),
        Verb(
            "inspect_meetings",
            _("score the meetings of cells below as an inspection"),
            _("scored a meeting as an inspection"),
            reach=BELOW,
        ),
        Verb(
            "visit_meetings",
            _("attend meetings of cells below and leave remarks"),
            _("attended a meeting"),
            reach=BELOW,
        ),
        Verb("say_who_follows", _("say who follows which cell"), _("said who follows cells"), reach=BELOW),
        Verb("supervise_cells", _("open a regular supervision"), _("opened a regular supervision"), reach=BELOW),
        # programme
        Verb("draft_programme", _("write the programme"), _("wrote the programme")),
        Verb("adopt_programme", _("adopt the programme"), _("adopted the programme")),
        # schemes
        Verb("keep_schemes", _("keep schemes: tasks, indicators, reviews"), _("changed a scheme")),
        Verb(
            "carry_out_schemes",
            _("record what was done for a scheme, with figures and proof"),
            _("recorded what was done for a scheme"),
        ),
        # opening
        Verb("propose_case", _("propose a case"), _("proposed the case")),
        Verb("run_own_case", _("carry out a cell's case that has no team"), _("worked on the case")),
        Verb("sign_case", _("sign the decision that opens a case"), _("signed the decision")),
        Verb("decide_change", _("decide on changes of team or content"), _("decided on the change")),
        Verb(
            "decide_extension",
            _("decide on extensions and suspensions of time limits"),
            _("decided on the extension"),
        ),
        Verb("stop_case", _("stop a case"), _("stopped the case")),
        Verb("convert_case", _("convert a case to signs of violation"), _("converted the case")),
        Verb("suspend_member", _("suspend a member, and end it"), _("suspended a member")),
        Verb("appraise_case", _("appraise drafts for form and consistency"), _("appraised the draft")),
        Verb("conclude_case", _("record the sitting that concludes"), _("concluded the case")),
        Verb("sign_notice", _("sign the conclusion notice"), _("signed the conclusion notice")),
        # the subject
        Verb("submit_self_report", _("submit the self-report"), _("submitted the self-report")),
        Verb("answer_findings", _("answer the findings"), _("answered the findings")),
        Verb("plan_remedies", _("write the corrective plan"), _("wrote the corrective plan")),
        Verb("carry_out_remedies", _("report corrections with proof"), _("reported the correction")),
        Verb("verify_remedies", _("judge corrective plans and proofs"), _("judged the correction")),
        # deadlines
        Verb("remind", _("remind of what is due"), _("reminded of what is due"), reach=BELOW),
        # the team
        Verb("see_case_as_team", _("see all papers of the case"), _("looked at the case"), on=CASE),
        Verb("prepare_case", _("prepare: outline, schedule, assignments"), _("prepared the case"), on=CASE),
        Verb("announce_case", _("announce decision and plan"), _("announced the case"), on=CASE),
        Verb("verify_case", _("verify: minutes, evidence, requests"), _("verified"), on=CASE),
        Verb("draft_report", _("draft the report and findings"), _("drafted the report"), on=CASE),
        Verb("release_draft", _("release the draft to the subject"), _("released the draft"), on=CASE),
        Verb("consider_answers", _("consider the subject's answers"), _("considered the answers"), on=CASE),
        Verb("hold_conference", _("record the conference"), _("recorded the conference"), on=CASE),
        Verb("submit_report", _("submit the result report"), _("submitted the report"), on=CASE),
        Verb("draft_notice", _("draft the conclusion notice"), _("drafted the conclusion notice"), on=CASE),
        Verb(
            "announce_notice",
            _("announce the conclusion notice"),
            _("announced the conclusion notice"),
            on=CASE,
        ),
        Verb("close_dossier", _("close the dossier"), _("closed the dossier"), on=CASE),
        Verb("request_change", _("ask for a change of team or content"), _("asked for a change"), on=CASE),
        Verb("answer_as_subject", _("answer as the member concerned"), _("answered"), on=CASE),
        Verb("monitor_remedies", _("monitor the corrections"), _("judged the correction"), on=CASE),
        Verb(
            "withdraw_from_case",
            _("withdraw for a conflict of interest"),
            _("withdrew from the case"),
            on=CASE,
        ),
    ]
)

_ADMINISTRATION = frozenset(
    {"keep_organisations", "keep_offices", "keep_members", "keep_calendars", "keep_tables", "import_spreadsheets"}
)
_LEADING = frozenset(
    {"see_organisations", "see_members", "see_meetings", "see_programmes", "see_cases", "see_schemes", "see_board"}
)
_BOOK = frozenset({"keep_book"})
_SUBJECT = frozenset({"see_as_subject", "submit_self_report", "answer_findings", "plan_remedies", "carry_out_remedies"})
_OPENING = frozenset({"draft_programme", "propose_case", "see_case_files"})
_REMINDING = frozenset({"remind"})
_MEMBERS = frozenset({"keep_members"})
_CARRYING = frozenset({"carry_out_schemes"})
_SCHEMES = _CARRYING | {"keep_schemes"}
_MEETINGS = frozenset({"keep_meetings"})
_SCORING = frozenset({"score_meetings"})
_INSPECTING = frozenset({"inspect_meetings"})
_VISITING = frozenset({"visit_meetings"})
_SUPERVISING = _VISITING | {"supervise_cells"}
_ASSIGNING = _SUPERVISING | {"say_who_follows"}
_CELL = _LEADING | _OPENING | {"run_own_case"}
_DECIDING = frozenset(
    {
        "adopt_programme",
        "sign_case",
        "decide_change",
        "decide_extension",
        "stop_case",
        "convert_case",
        "suspend_member",
        "conclude_case",
        "sign_notice",
        "see_case_files",
        "verify_remedies",
        "ask_report",
        "give_report",
    }
)

_IN_COMMITTEES, _IN_BODIES, _IN_CELLS = (frozenset({place}) for place in Place)

_HEADING = _LEADING | _DECIDING | _SUBJECT | _REMINDING | _BOOK | _SCORING | _ASSIGNING | _SCHEMES
_CHAIRING = _LEADING | _OPENING | _DECIDING | _REMINDING | _BOOK | _INSPECTING | _ASSIGNING | _CARRYING

ROLES: dict[str, Role] = {
    role.code: role
    for role in [
        Role("administrator", _("Administrator"), _ADMINISTRATION | {"see_organisations"}, EVERYWHERE),
        Role(
            "system_inspector", _("Inspector of the system"), frozenset({"see_organisations", "read_audit"}), EVERYWHERE
        ),
        Role(
            "committee_secretary",
            _("Secretary of the committee"),
            _HEADING | {"read_audit"},
            _IN_COMMITTEES,
        ),
        Role(
            "committee_deputy_secretary",
            _("Deputy secretary of the committee"),
            _HEADING,
            _IN_COMMITTEES,
        ),
        Role("standing_member", _("Member of the standing committee"), _LEADING | _VISITING, _IN_COMMITTEES),
        # whoever is in charge of some cells attends their meetings as one who follows them (superiors); the minutes of
        # all are not for every member
        Role(
            "committee_member",
            _("Member of the committee"),
            _VISITING | {"see_organisations", "see_programmes", "see_schemes"},
            _IN_COMMITTEES,
        ),
        Role(
            "inspection_chair",
            _("Chair of the inspection committee"),
            _CHAIRING | {"read_audit"},
            _IN_BODIES,
        ),
        Role(
            "inspection_vice_chair",
            _("Vice chair of the inspection committee"),
            _CHAIRING,
            _IN_BODIES,
        ),
        Role(
            "inspection_member",
            _("Member of the inspection committee"),
            _LEADING | _OPENING | _REMINDING | _BOOK | _INSPECTING | _SUPERVISING,
            _IN_BODIES,
        ),
        Role(
            "area_officer",
            _("Officer following an area"),
            _LEADING | _OPENING | _REMINDING | _SUPERVISING,
            _IN_BODIES,
        ),
        Role(
            "office_chief",
            _("Chief of the committee office"),
            _LEADING | _REMINDING | _BOOK | _SCHEMES | {"draft_programme", "propose_case", "appraise_case"},
            _IN_COMMITTEES,
        ),
        Role(
            "office_officer",
            _("Officer of the committee office"),
            frozenset({"see_organisations", "appraise_case"}),
            _IN_COMMITTEES,
        ),
        Role(
            "party_building_head",
            _("Head of the Party building board"),
            # he guides the meetings of cells
            (_LEADING - {"see_board"}) | _CARRYING | {"draft_programme", "propose_case"},
            _IN_COMMITTEES,
        ),
        Role(
            "cell_secretary",
            _("Secretary of the cell"),
            _CELL | _DECIDING | _SUBJECT | _MEMBERS | _MEETINGS | _SCHEMES,
            _IN_CELLS,
        ),
        Role(
            "cell_deputy_secretary",
            _("Deputy secretary of the cell"),
            _CELL | _DECIDING | _SUBJECT | _MEMBERS | _MEETINGS | _SCHEMES,
            _IN_CELLS,
        ),
        Role("cell_committee_member", _("Member of the cell committee"), _CELL | {"see_as_subject"}, _IN_CELLS),
    ]
}

_TEAM = frozenset(
    {
        "see_case_as_team",
        "prepare_case",
        "announce_case",
        "verify_case",
        "draft_report",
        "consider_answers",
        "hold_conference",
        "draft_notice",
        "announce_notice",
        "request_change",
        "withdraw_from_case",
    }
)

PARTS: dict[str, Part] = {
    part.code: part
    for part in [
        Part(
            "leader",
            _("team leader"),
            _TEAM | {"release_draft", "submit_report", "close_dossier"},
        ),
        Part("deputy", _("deputy team leader"), _TEAM | {"release_draft", "submit_report"}),
        Part("member", _("team member"), _TEAM),
        Part("team_secretary", _("team secretary"), _TEAM | {"close_dossier"}),
        Part("monitor", _("monitor of corrections"), frozenset({"monitor_remedies", "withdraw_from_case"})),
        Part("subject_member", _("member concerned"), frozenset({"answer_as_subject"})),
    ]
}

ORGANISATION_VERBS = frozenset(code for code, verb in VERBS.items() if verb.on is On.ORGANISATION)
CASE_VERBS = frozenset(code for code, verb in VERBS.items() if verb.on is On.CASE)
# What a body does because it is the subject, so that somebody who is a subject himself may do it for the body.
SUBJECT_VERBS = _SUBJECT
# An area officer's sight follows the areas of the office, his writing stays with his committee.
AREA_VERBS = _LEADING


def roles_with(verb: str) -> list[Role]:
    """The roles whose holders may do `verb`, in the order of the table."""
    return [role for role in ROLES.values() if verb in role.verbs]


def roles_of(type: "OrganisationType") -> list[Role]:
    """The roles that can be held in organisations of a type, in the order of the table."""
    place = Place.CELL if type.is_cell else Place.BODY if type.is_body else Place.COMMITTEE
    return [role for role in ROLES.values() if place in role.held_in]


def parts_with(verb: str) -> list[Part]:
    """The parts in a case whose holders may do `verb`."""
    return [part for part in PARTS.values() if verb in part.verbs]
