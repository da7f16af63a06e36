from inspections.organisations.models.organisations import DeputySigns, Level, Organisation, OrganisationType
from inspections.organisations.models.people import Delegation, Interest, Office, Person, User

__all__ = [
    "Delegation",
    "DeputySigns",
    "Interest",
    "Level",
    "Office",
    "Organisation",
    "OrganisationType",
    "Person",
    "User",
]
