"""The small set of blocks that stories, villages, specialties and products are written with."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageChooserBlock

from catalogue.languages import localized
from catalogue.videos import player_of

RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class PictureBlock(blocks.StructBlock):
    """One picture with its caption; the credit is the picture's own."""

    picture = ImageChooserBlock(label=_("Ảnh"))
    caption = blocks.CharBlock(label=_("Chú thích"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Ảnh")
        template = "blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    words = blocks.TextBlock(label=_("Lời nói"), max_length=600)
    speaker = blocks.CharBlock(label=_("Ai nói"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Trích lời")
        template = "blocks/quote.html"


class StepBlock(blocks.StructBlock):
    """One step of a craft."""

    title = blocks.CharBlock(label=_("Tên công đoạn"), max_length=80)
    text = blocks.TextBlock(label=_("Làm thế nào"), required=False, max_length=400)


class ProcessBlock(blocks.StructBlock):
    """How a thing is made, step by step."""

    title = blocks.CharBlock(label=_("Tiêu đề"), required=False, max_length=120)
    steps = blocks.ListBlock(StepBlock(), label=_("Các công đoạn"), min_num=2, max_num=12)

    class Meta:
        icon = "list-ol"
        label = _("Các bước làm")
        template = "blocks/process.html"


class ProductRowBlock(blocks.StructBlock):
    """Products chosen by hand, shown as cards while they are on sale."""

    title = blocks.CharBlock(label=_("Tiêu đề"), required=False, max_length=120)
    products = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="catalogue.ProductPage"), label=_("Sản phẩm"), max_num=8
    )

    class Meta:
        icon = "tag"
        label = _("Hàng sản phẩm")
        template = "blocks/product_row.html"


class VideoBlock(blocks.StructBlock):
    """A video from YouTube or another oEmbed provider, played only after a click."""

    video = EmbedBlock(label=_("Đường dẫn video"), max_width=960)
    caption = blocks.CharBlock(label=_("Chú thích"), required=False, max_length=200)

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"

    def get_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add `player`, the address of a player that the content policy lets us frame; "" without one."""
        video = value.get("video")
        player = player_of(video.url, max_width=video.max_width) if video else ""
        return {**super().get_context(value, parent_context), "player": player}


class CallToActionBlock(blocks.StructBlock):
    """A button to one of our pages or another site."""

    text = blocks.CharBlock(label=_("Lời mời"), required=False, max_length=200)
    label = blocks.CharBlock(label=_("Chữ trên nút"), max_length=40)
    page = blocks.PageChooserBlock(label=_("Trang"), required=False)
    url = blocks.URLBlock(label=_("hoặc đường dẫn ngoài"), required=False)

    class Meta:
        icon = "link"
        label = _("Lời mời bấm")
        template = "blocks/call_to_action.html"

    def get_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add `link`: where the button leads; nothing when its page is no longer there."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        prepared = getattr(value, "shown", None)
        if prepared is None:
            page = next(iter(localized([value["page"]])), None) if value.get("page") else None
            prepared = {"link": (page.url or "") if page else value.get("url") or ""}
        return context | prepared


class SourceBlock(blocks.StructBlock):
    """One source: who says it, and where it can be read."""

    title = blocks.CharBlock(label=_("Ai nói, ở đâu"), max_length=160)
    url = blocks.URLBlock(label=_("Đường dẫn"), required=False)


class SourcesBlock(blocks.StructBlock):
    """Where facts and figures of a page come from, and on which day they were looked up."""

    as_of = blocks.DateBlock(label=_("Xem ngày"), help_text=_("Ngày đọc nguồn lần cuối."))
    sources = blocks.ListBlock(SourceBlock(), label=_("Nguồn"), min_num=1, max_num=20)

    class Meta:
        icon = "clipboard-list"
        label = _("Nguồn")
        template = "blocks/sources.html"


class BodyBlock(blocks.StreamBlock):
    """The body of every page with a story or an explanation."""

    text = blocks.RichTextBlock(
        label=_("Đoạn văn"), features=RICH_TEXT, template="blocks/text.html", icon="pilcrow"
    )
    picture = PictureBlock()
    gallery = blocks.ListBlock(
        PictureBlock(), label=_("Bộ ảnh"), icon="image", min_num=2, max_num=12, template="blocks/gallery.html"
    )
    quote = QuoteBlock()
    process = ProcessBlock()
    product_row = ProductRowBlock()
    video = VideoBlock()
    call_to_action = CallToActionBlock()
    sources = SourcesBlock()
