"""Forms by which pictures and papers enter the CMS, one by one, many at once and from choosers alike."""

from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from catalogue import uploads


class PictureField(WagtailImageField):
    """Wagtail's field for a picture that is read before, by what it declares: Wagtail decodes first of all."""

    def to_python(self, data: Any) -> Any:
        """Return the picture as it will be kept: read whole, freed of place and camera."""
        readable = isinstance(data, UploadedFile) and 0 < (data.size or 0) <= self.max_upload_size
        return super().to_python(uploads.clean_picture(data) if readable else data)


class PictureForm(BaseImageForm):
    """The CMS's form of a picture with a field of ours for its file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=field.label, required=field.required, widget=field.widget
            )


class PaperForm(BaseDocumentForm):
    """A paper is a PDF inside too."""

    def clean_file(self) -> "File[bytes]":
        """Return the file, if it is what its name says."""
        file: File[bytes] = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            uploads.check_pdf(file)
        return file
