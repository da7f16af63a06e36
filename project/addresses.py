"""From which address a request comes, when a proxy stands before the web processes."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of who asks, for counting failed log-ins.

    Behind a proxy named in `PROXIES` it is the last one in X-Forwarded-For, which the proxy wrote itself; what stands
    before it anybody may have claimed. From elsewhere the header says nothing."""
    nearest: str = request.META.get("REMOTE_ADDR", "")
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if told and nearest in settings.PROXIES else nearest
