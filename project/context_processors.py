"""What every page shows around its content."""

from typing import Any

from django.http import HttpRequest

from inspections.reminders.queries import unread_count
from project import navigation

TEXT_SIZES = ("15", "17", "20")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Menu, offices, text size and colours; nothing for those who are not logged in."""
    size = request.COOKIES.get("size", "17")
    theme = request.COOKIES.get("theme", "")
    common: dict[str, Any] = {
        "text_size": size if size in TEXT_SIZES else "17",
        "text_sizes": TEXT_SIZES,
        "theme": theme if theme in ("light", "dark") else "",
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return common
    return {
        **common,
        "navigation": navigation.items(request),
        "own_offices": navigation.offices(request),
        "unread_reminders": unread_count(user),
    }
