"""What a password has to be, said in the language of the page: Django's own sentence is there in English only."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        return _("This password is too short: it needs at least %(least)d characters.") % {"least": self.min_length}

    def get_help_text(self) -> str:
        return _("A password has at least %(least)d characters.") % {"least": self.min_length}
