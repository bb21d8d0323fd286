"""Pictures with a credit and a text for readers who cannot see them, in both languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from catalogue.languages import local
from catalogue.private_files import signed_folder


class Picture(AbstractImage):
    """A photograph or drawing; `description` is its Vietnamese alternative text."""

    description_en = models.CharField(_("mô tả bằng tiếng Anh"), max_length=255, blank=True)
    credit = models.CharField(
        _("người chụp hoặc vẽ"), max_length=120, blank=True, help_text=_("Ghi tên tác giả nếu có.")
    )
    is_illustration = models.BooleanField(
        _("là tranh minh hoạ"),
        default=False,
        help_text=_("Đánh dấu khi đây là tranh vẽ, không phải ảnh chụp món hàng thật."),
    )

    admin_form_fields = (*Image.admin_form_fields, "description_en", "credit", "is_illustration")

    class Meta(AbstractImage.Meta):
        verbose_name = _("ảnh")
        verbose_name_plural = _("ảnh")
        permissions = [("choose_image", "Can choose image")]

    @property
    def default_alt_text(self) -> str:
        """Return the description in the reader's language, never the file name."""
        return local(self, "description")


class PictureRendition(AbstractRendition):
    """A picture cut and coded for one place on a page."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    def get_upload_to(self, filename: str) -> str:
        """Return a name that tells nobody how other pictures are named."""
        name = self.file.field.storage.get_valid_name(filename)
        return f"{signed_folder(self.image.file.name)}/{name}"

    class Meta:
        unique_together = [("image", "filter_spec", "focal_point_key")]
