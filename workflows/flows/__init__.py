"""One flow a file; this package is where the engine looks for them."""

from workflows.flows.cell_case import CellCaseFlow
from workflows.flows.change import ChangeFlow
from workflows.flows.correction import CorrectionFlow
from workflows.flows.extension import ExtensionFlow
from workflows.flows.formal_case import FormalCaseFlow
from workflows.flows.look_again import LookAgainFlow
from workflows.flows.opening import OpeningFlow
from workflows.flows.programme import ProgrammeFlow
from workflows.flows.scheme_review import SchemeReviewFlow
from workflows.flows.suspension import SuspensionFlow

FLOWS = (
    ProgrammeFlow,
    OpeningFlow,
    FormalCaseFlow,
    CellCaseFlow,
    ChangeFlow,
    ExtensionFlow,
    CorrectionFlow,
    LookAgainFlow,
    SuspensionFlow,
    SchemeReviewFlow,
)

__all__ = [
    "FLOWS",
    "CellCaseFlow",
    "ChangeFlow",
    "CorrectionFlow",
    "ExtensionFlow",
    "FormalCaseFlow",
    "LookAgainFlow",
    "OpeningFlow",
    "ProgrammeFlow",
    "SchemeReviewFlow",
    "SuspensionFlow",
]
