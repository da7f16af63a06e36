"""What the worker does by the clock for the flows; it says in one line what it did."""

from django.utils import timezone

from workflows.silence import consent_in_silence


def consent_now() -> str:
    """Takes silence as consent where the rule says so."""
    return f"{consent_in_silence(now=timezone.now())} accepted in silence"
