"""Which acts each register knows at all, whoever asks; registered before anything reads them."""

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from catalogue.access.users import RequestUser
from catalogue.models import Category, Certificate, Commune, FormerUnit, Province, SeededRow


class LimitedPolicy(ModelPermissionPolicy):
    """Django's model permissions, cut down to `actions`: superusers have no more."""

    def __init__(self, model: type[Model], *, actions: set[str]) -> None:
        super().__init__(model)
        self.actions = actions

    def user_has_permission(self, user: RequestUser, action: str) -> bool:
        return action in self.actions and super().user_has_permission(user, action)


class CategoryPolicy(LimitedPolicy):
    """As `LimitedPolicy`; what is in use is not deleted."""

    def user_has_permission_for_instance(self, user: RequestUser, action: str, instance: Category) -> bool:
        if action == "delete" and is_in_use(instance):
            return False
        return self.user_has_permission(user, action)


def is_in_use(category: Category) -> bool:
    """Say whether anything names a category or one below it: goods, pages, rates, offers."""
    links = [field for field in Category._meta.get_fields(include_hidden=True) if field.auto_created]
    return any(
        link.related_model._default_manager.filter(
            **{f"{link.field.name}__path__startswith": category.path}
        ).exists()
        for link in links
        if link.is_relation
    )


def register() -> None:
    """Register with Wagtail what each register knows.

    Places are added and changed, never deleted: what ends gets its last day. Certificates are added
    and withdrawn. Shipped data are taken or refused.
    """
    kept = {"add", "change", "view"}
    for model in (Province, Commune, Certificate):
        register_permission_policy(model, LimitedPolicy(model, actions=kept))
    register_permission_policy(FormerUnit, LimitedPolicy(FormerUnit, actions={*kept, "delete"}))
    register_permission_policy(Category, CategoryPolicy(Category, actions={*kept, "delete"}))
    register_permission_policy(SeededRow, LimitedPolicy(SeededRow, actions={"change", "view"}))
