"""The steps of a course that ask whether a paper is there, in words."""

from django.utils.translation import gettext_lazy

STEPS = {
    "verify": gettext_lazy("Verify and report"),
    "conclude": gettext_lazy("Consider and conclude"),
}
