"""Django's own question `user.has_perm(perm, obj)`, answered by the grants with their days."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from inspections.organisations.models import User
from permissions.models import OrganisationGrant
from permissions.viewer import grants_in_force


class OfficeBackend(ModelBackend):
    """Log-in by name and password; rights only by office, never by model permission or group."""

    def get_user(self, user_id: int) -> Any:
        """The log-in of the request with its person, whom every page names."""
        return User.objects.select_related("person").filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if obj is None or not user_obj.is_active or not user_obj.is_authenticated:
            return False
        today = timezone.localdate()
        codename = perm.rpartition(".")[2]
        return any(
            model.objects.filter(
                grants_in_force(today), user=user_obj, permission__codename=codename, content_object_id=obj.pk
            ).exists()
            for model in grant_models()
            if isinstance(obj, model._meta.get_field("content_object").related_model)
        )

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def grant_models() -> list[Any]:
    """The grant tables: on organisations here, on cases in their own room."""
    from permissions import policy

    return [OrganisationGrant, *policy.case_grant_models()]
