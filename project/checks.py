"""System checks of what would only be noticed in trouble."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register(deploy=True)
def keys_are_apart(**kwargs: Any) -> list[Error]:
    """The audit key proves the trail; it must not be the key that signs sessions."""
    if getattr(settings, "AUDIT_KEY", "") in ("", settings.SECRET_KEY):
        hint = "Set AUDIT_KEY to a key of its own, kept outside the database."
        return [Error("AUDIT_KEY is missing or equal to SECRET_KEY.", hint=hint, id="inspections.E001")]
    return []


@register()
def locks_are_safe(**kwargs: Any) -> list[Error]:
    """SQLite must begin transactions IMMEDIATE, and no request may hold one transaction throughout (viewflow.md §4)."""
    database = settings.DATABASES["default"]
    problems = []
    if database.get("ATOMIC_REQUESTS"):
        problems.append(Error("ATOMIC_REQUESTS must be off.", id="inspections.E002"))
    if "sqlite" in database["ENGINE"] and database.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        problems.append(Error("SQLite needs transaction_mode IMMEDIATE.", id="inspections.E003"))
    return problems
