"""The answers of the policy, and the errors of verbs: wrong person, wrong moment (wrong input is Django's own)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from inspections.organisations.models import Delegation, Office, User


@dataclass(frozen=True)
class Allowed:
    """Yes: by which office (or by a part in a case, or as oneself), and for whom when deputising."""

    user: User
    verb: str
    office: Office | None = None
    delegation: Delegation | None = None
    part: str = ""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """No, with the reason as a whole sentence and who can help.

    `stranger` says that the asker may not even know that the thing exists; a question, asked only of those who are
    refused: most denials only keep a button off a page."""

    reason: str
    who_can_help: str = ""
    stranger: Callable[[], bool] = field(default=lambda: False)

    def __bool__(self) -> bool:
        return False


Verdict = Allowed | Denied


class Refused(Exception):
    """Wrong person. Pages answer a stranger with 404, a colleague with 403 and the reason."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied.reason)
        self.denied = denied


class NotNow(Exception):
    """Wrong moment: the thing is not in a state in which this can be done. Pages answer 409 with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = str(reason)
