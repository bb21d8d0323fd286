"""Forms by which pictures and papers enter the CMS, one by one, many at once and from choosers alike."""

from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.forms import ModelForm
from django.utils.translation import gettext as _
from oscar.apps.customer.abstract_models import AbstractUser
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from catalogue import private_files, uploads
from catalogue.access.permissions import is_producer


class KeepsWhatWasReviewed(ModelForm):
    """Lets nobody but reviewers change what a public page shows of a picture or paper, or is about to show.

    What is for the CMS alone, its title, tags and collection, anybody may change who may change it at all.
    """

    free = frozenset({"title", "tags", "collection"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.asking = kwargs.get("user")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a change that would go past the review."""
        cleaned: dict[str, Any] | None = super().clean()
        changed = [name for name in self.changed_data if name not in self.free]
        if changed and self.instance.pk and self.asking and self._was_reviewed(self.asking):
            visible = [name for name in changed if not self[name].is_hidden]
            self.add_error(visible[0] if visible else "title", self.refusal())
        return cleaned

    def refusal(self) -> str:
        """Return what to do instead."""
        return _(
            "Trang đã duyệt hoặc đang chờ duyệt dùng tệp này, nên không đổi được ở đây. "
            "Hãy tải tệp mới lên, chọn tệp mới trong trang rồi gửi duyệt."
        )

    def _was_reviewed(self, user: AbstractUser) -> bool:
        if user.has_perm("wagtailcore.publish_page") and not is_producer(user):
            return False
        kept = self._meta.model.objects.get(pk=self.instance.pk)
        return private_files.is_shown(kept) or private_files.is_under_review(kept, user)


class PictureField(WagtailImageField):
    """Wagtail's field for a picture that is read before, by what it declares: Wagtail decodes first of all."""

    def to_python(self, data: Any) -> Any:
        """Return the picture as it will be kept: read whole, freed of place and camera."""
        readable = isinstance(data, UploadedFile) and 0 < (data.size or 0) <= self.max_upload_size
        return super().to_python(uploads.clean_picture(data) if readable else data)


class PictureForm(KeepsWhatWasReviewed, BaseImageForm):
    """The CMS's form of a picture with a field of ours for its file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=field.label, required=field.required, widget=field.widget
            )


class PaperForm(KeepsWhatWasReviewed, BaseDocumentForm):
    """A paper is a PDF inside too."""

    def clean_file(self) -> "File[bytes]":
        """Return the file, if it is what its name says."""
        file: File[bytes] = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            uploads.check_pdf(file)
        return file
