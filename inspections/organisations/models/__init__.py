from inspections.organisations.models.organisations import (
    DeputySigns,
    FormerPath,
    Level,
    Organisation,
    OrganisationType,
)
from inspections.organisations.models.people import Delegation, Interest, Office, Person, User
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
    "Person",
    "Succession",
    "SuccessionPart",
    "User",
]
