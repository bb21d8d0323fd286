"""The form behind every page editor: nobody points at what is not theirs to see."""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from wagtail.admin.forms import WagtailAdminPageForm

from catalogue.access.linked_objects import is_choosable, linked_objects
from catalogue.access.reach import is_fenced


class MarketPageForm(WagtailAdminPageForm):
    """Wagtail's page form, safe against foreign ids and broken posts.

    A producer, and whoever else edits a part of the market only, may add references to own pictures,
    own pages and what is public, and keep those that moderators put on the page. Anything else is refused outright, previews and autosaves included:
    an error beside the field would print the other's title.

    Raises:
        PermissionDenied: a form of somebody fenced points at what is not theirs.
        BadRequest: a stream or a rich text came without its own counters or as nonsense, which
            Wagtail answers with a server error.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_fenced = self.is_bound and self.for_user is not None and is_fenced(self.for_user)
        self._linked_before = linked_objects(self._as_stored(), submitted=False) if self._is_fenced else set()

    def full_clean(self) -> None:
        if self.is_bound:
            self._refuse_unreadable()
        if self._is_fenced:
            self._refuse_foreign()
        super().full_clean()

    def _as_stored(self) -> "MarketPageForm":
        return type(self)(instance=self.instance, parent_page=self.parent_page, for_user=self.for_user)

    def _refuse_unreadable(self) -> None:
        for name in self.fields:
            try:
                _sent = self[name].data
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                raise BadRequest(f"The field {name} cannot be read") from error

    def _refuse_foreign(self) -> None:
        for model, key in linked_objects(self, submitted=True) - self._linked_before:
            if not is_choosable(self.for_user, model, key):
                raise PermissionDenied
