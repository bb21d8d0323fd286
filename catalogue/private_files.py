"""What was uploaded and who may see it: everybody what a public page shows, in the CMS whoever may choose it.

Pictures are public as what is cut of them, under names that nobody guesses (`signed_folder`); what was
uploaded itself stays with the people of the CMS. A paper is public while something public links to it.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import ManyToOneRel, Model
from django.http import Http404, HttpRequest
from django.utils.crypto import salted_hmac
from wagtail.documents.models import AbstractDocument
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex, WorkflowState
from wagtail.permissions import policy_registry

from catalogue.access.permissions import own_pages
from catalogue.access.users import RequestUser
from catalogue.uploads import PUBLIC_FOLDER

ACTS = ["choose", "change", "delete"]
NAME_LENGTH = 20  # hexadecimal digits that nobody guesses, and that leave room in a name of 100 characters


def signed_folder(original: str) -> str:
    """Return where that which is cut of a picture lies: known to whoever was shown it, guessed by nobody."""
    return PUBLIC_FOLDER + salted_hmac("catalogue.private_files", original).hexdigest()[:NAME_LENGTH]


def may_see_upload(user: RequestUser, name: str) -> bool:
    """Say whether somebody may fetch an uploaded file as it was stored."""
    if not user.is_authenticated:
        return False
    folder = name.partition("/")[0]
    return UPLOADS.get(folder, _is_staff)(user, name)


def may_read(user: RequestUser, paper: AbstractDocument) -> bool:
    """Say whether somebody may read a paper: everybody a public one, others whoever may choose it."""
    policy = policy_registry.get_by_type(type(paper))
    return bool(policy.user_has_any_permission_for_instance(user, ACTS, paper) or is_shown(paper))


def refuse_private_paper(paper: AbstractDocument, request: HttpRequest) -> None:
    """Answer as if a paper that is nobody's business did not exist.

    Raises:
        Http404: it is not for this visitor.
    """
    if not may_read(request.user, paper):
        raise Http404


def is_shown(thing: Model) -> bool:
    """Say whether a picture or paper is shown in public: on a live page, or by a register's row that says so.

    A row says so by a method `shows_papers`; one without is taken for private.
    """
    return any(row.shows_papers() for row in _rows_of_registers(thing)) or _is_on_live_page(thing)


def _is_on_live_page(thing: Model) -> bool:
    pages = ContentType.objects.get_for_model(Page)
    naming = ReferenceIndex.get_references_to(thing).filter(base_content_type=pages)
    keys = {int(key) for key in naming.values_list("object_id", flat=True)}
    return bool(Page.objects.live().public().filter(pk__in=keys).exists())


def _rows_of_registers(thing: Model) -> Iterator[Any]:
    for link in thing._meta.get_fields(include_hidden=True):
        model: Any = link.related_model
        if isinstance(link, ManyToOneRel) and hasattr(model, "shows_papers"):
            yield from model.objects.filter(**{link.field.name: thing})


def _may_choose(user: RequestUser, name: str) -> bool:
    policy = policy_registry.get_by_type(get_image_model())
    return bool(policy.instances_user_has_any_permission_for(user, ACTS).filter(file=name).exists())


def _enters_cms(user: RequestUser, _name: str) -> bool:
    return user.has_perm("wagtailadmin.access_admin")


def _nobody(_user: RequestUser, _name: str) -> bool:
    return False


def _is_staff(user: RequestUser, _name: str) -> bool:
    return bool(user.is_staff)


UPLOADS = {
    "original_images": _may_choose,
    "avatar_images": _enters_cms,
    "documents": _nobody,  # by /documents/ alone, which asks
    "wagtail_uploads": _nobody,
}


def is_under_review(thing: Model, user: RequestUser) -> bool:
    """Say whether a page of `user` that waits for its review shows a picture or paper."""
    sought = (ContentType.objects.get_for_model(thing).pk, str(thing.pk))
    mine = own_pages(user).values_list("pk", flat=True)
    waiting = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    states = waiting.filter(object_id__in=[str(key) for key in mine])
    for state in states.select_related("current_task_state__revision"):
        task = state.current_task_state
        if task and task.revision and sought in _shown_by(task.revision.as_object()):
            return True
    return False


def _shown_by(page: Model) -> set[tuple[int, str]]:
    # Wagtail says what a row of the database shows, but of a draft only by this.
    found = ReferenceIndex._extract_references_from_object(page)  # noqa: SLF001
    return {(kind, key) for kind, key, _model_path, _content_path in found}
