from inspections.organisations.models.organisations import (
    DeputySigns,
    FormerPath,
    Level,
    Organisation,
    OrganisationType,
)
from inspections.organisations.models.people import Delegation, Interest, Office, Period, Person, User, in_force
from inspections.organisations.models.successions import (
    FormerName,
    FormerPlace,
    Heir,
    PassedItem,
    Succession,
    SuccessionPart,
)

__all__ = [
    "Delegation",
    "DeputySigns",
    "FormerName",
    "FormerPath",
    "FormerPlace",
    "Heir",
    "Interest",
    "Level",
    "Office",
    "Organisation",
    "OrganisationType",
    "PassedItem",
    "Period",
    "Person",
    "Succession",
    "SuccessionPart",
    "User",
    "in_force",
]
