"""The picture of somebody's account in the CMS."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms.account import AvatarPreferencesForm

from catalogue import uploads


class AvatarForm(AvatarPreferencesForm):
    """Wagtail's form makes the picture small; here it is read whole and turned upright before."""

    session = ""

    def clean_avatar(self) -> Any:
        """Return the picture as it will be kept."""
        file = self.cleaned_data.get("avatar")
        if isinstance(file, UploadedFile):
            self.cleaned_data["avatar"] = uploads.clean_picture(file)
        return super().clean_avatar()
