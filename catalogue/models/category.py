"""OCOP's own classification as Oscar categories: 6 industries, 17 groups, 26 criteria sets.

Appendix I of Decision 26/2026/QĐ-TTg; codes are stable: "I", "I.1", "bo-01".
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory

from catalogue.languages import local


class Category(AbstractCategory):
    """An industry, a group of it, or one of its criteria sets, by depth in the tree."""

    name_en = models.CharField(_("tên tiếng Anh"), max_length=255, blank=True)

    class Meta(AbstractCategory.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["code"], name="category_code_once")]

    @property
    def local_name(self) -> str:
        """Return the name in the reader's language."""
        return local(self, "name")
