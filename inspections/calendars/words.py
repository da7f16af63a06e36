"""The steps of time limits in words."""

from django.utils.translation import gettext_lazy

STEP_WORDS = {
    "verify": gettext_lazy("Verify and report"),
    "announce": gettext_lazy("Announce the decision and plan"),
    "whole_case": gettext_lazy("Carry out the case"),
    "close_dossier": gettext_lazy("Hand over the dossier"),
}
