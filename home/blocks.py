"""The sections an editor puts on the front page; what they show comes from the catalogue."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from catalogue.blocks import RICH_TEXT, CallToActionBlock


class SectionBlock(blocks.StructBlock):
    """A titled section with a link to all of its kind."""

    title = blocks.CharBlock(label=_("Tiêu đề"), max_length=80)
    link_label = blocks.CharBlock(label=_("Chữ trên đường dẫn"), required=False, max_length=40)

    def get_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add what `home.presentation.front_page` has prepared for this section."""
        return super().get_context(value, parent_context) | getattr(value, "shown", {})


class SeasonSectionBlock(SectionBlock):
    """Specialties in season this month."""

    count = blocks.IntegerBlock(label=_("Số đặc sản"), default=3, min_value=1, max_value=12)

    class Meta:
        icon = "calendar"
        label = _("Tháng này có gì")
        template = "home/blocks/season.html"


class VillagesSectionBlock(SectionBlock):
    """Villages chosen by hand, the first one large."""

    villages = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="catalogue.VillagePage"), label=_("Làng"), min_num=1, max_num=5
    )

    class Meta:
        icon = "home"
        label = _("Làng nghề")
        template = "home/blocks/villages.html"


class StarsSectionBlock(SectionBlock):
    """Goods with at least so many stars today."""

    stars = blocks.ChoiceBlock(
        label=_("Từ mấy sao"), choices=[("3", "3"), ("4", "4"), ("5", "5")], default="4"
    )
    count = blocks.IntegerBlock(label=_("Số món"), default=8, min_value=2, max_value=16)

    class Meta:
        icon = "pick"
        label = _("Hàng có sao")
        template = "home/blocks/stars.html"


class GroupsSectionBlock(SectionBlock):
    """The six OCOP industries that have goods on sale."""

    class Meta:
        icon = "list-ul"
        label = _("Nhóm sản phẩm")
        template = "home/blocks/groups.html"


class EventsSectionBlock(SectionBlock):
    """The next events."""

    count = blocks.IntegerBlock(label=_("Số sự kiện"), default=2, min_value=1, max_value=6)

    class Meta:
        icon = "date"
        label = _("Sự kiện sắp tới")
        template = "home/blocks/events.html"


class FrontCallToActionBlock(CallToActionBlock):
    """A button across the front page."""

    class Meta:
        template = "home/blocks/call_to_action.html"


class FrontPageBlock(blocks.StreamBlock):
    """The front page, section by section."""

    season = SeasonSectionBlock()
    villages = VillagesSectionBlock()
    stars = StarsSectionBlock()
    groups = GroupsSectionBlock()
    events = EventsSectionBlock()
    text = blocks.RichTextBlock(
        label=_("Đoạn văn"), features=RICH_TEXT, template="home/blocks/text.html", icon="pilcrow"
    )
    call_to_action = FrontCallToActionBlock()
