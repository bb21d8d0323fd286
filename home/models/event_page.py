"""Festivals, fairs and open days, with the days they fall on."""

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager, PageQuerySet

from catalogue.blocks import BodyBlock
from catalogue.family import Family
from catalogue.languages import reading_language
from catalogue.models import MarketPage, SectionPage
from home.event_rows import EventRow, event_row


class EventIndexPage(SectionPage):
    """All events, the next one first."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.EventPage"]

    class Meta:
        verbose_name = _("mục sự kiện")


class EventQuerySet(PageQuerySet):
    """Events by the days they fall on."""

    def upcoming(self, *, limit: int | None = None) -> list[EventRow]:
        """Return the next time of each live event in the reader's language, the nearest first; one query.

        Args:
            limit: how many events at most.
        """
        days = self._days().filter(ends_on__gte=timezone.localdate()).order_by("starts_on", "page__title")
        return self._rows(days, limit)

    def gone(self, *, limit: int | None = None) -> list[EventRow]:
        """Return the last time of each live event that is over, the latest first; one query."""
        coming = EventDate.objects.filter(ends_on__gte=timezone.localdate()).values("page")
        days = self._days().exclude(page__in=coming).order_by("-starts_on", "page__title")
        return self._rows(days, limit)

    def _days(self) -> QuerySet["EventDate"]:
        pages = self.filter(live=True, locale__language_code=reading_language()).order_by()
        return EventDate.objects.filter(page__in=pages).select_related("page__commune")

    @staticmethod
    def _rows(days: QuerySet["EventDate"], limit: int | None) -> list[EventRow]:
        first_of: dict[int, EventDate] = {}
        for day in days:
            first_of.setdefault(day.page_id, day)
        return [event_row(day) for day in list(first_of.values())[:limit]]


class EventPage(MarketPage):
    """One event; lunar festivals list their days year by year, computed beforehand."""

    class Calendar(models.TextChoices):
        LUNAR = "lunar", _("âm lịch")
        GREGORIAN = "gregorian", _("dương lịch")
        SEASON = "season", _("theo mùa")

    summary = models.TextField(_("tóm tắt"), max_length=400)
    calendar = models.CharField(_("lịch"), max_length=10, choices=Calendar, default=Calendar.GREGORIAN)
    picture = models.ForeignKey(
        "catalogue.Picture",
        verbose_name=_("ảnh"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    place = models.CharField(_("nơi tổ chức"), max_length=160)
    commune = models.ForeignKey(
        "catalogue.Commune",
        verbose_name=_("xã, phường"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    village = models.ForeignKey(
        "catalogue.VillagePage",
        verbose_name=_("làng"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
    )
    body = StreamField(BodyBlock(), verbose_name=_("bài viết"), blank=True)

    objects = PageManager.from_queryset(EventQuerySet)()

    content_panels = [
        *MarketPage.content_panels,
        FieldPanel("summary", help_text=_("Một hai câu, hiện dưới tên và khi chia sẻ.")),
        FieldPanel("picture", help_text=_("Ảnh ngang, rộng ít nhất 1.280 điểm ảnh.")),
        MultiFieldPanel(
            [
                FieldPanel("calendar", help_text=_("Hội âm lịch: ghi ngày dương lịch của từng năm ở dưới.")),
                FieldPanel("place", help_text=_("Đình, sân, nhà văn hoá… không kèm xã, phường.")),
                FieldPanel("commune", help_text=_("Xã, phường sau tháng 7/2025.")),
                FieldPanel(
                    "village", help_text=_("Trang tiếng Việt của làng; sự kiện hiện cả trên trang ấy.")
                ),
            ],
            heading=_("Khi nào, ở đâu"),
        ),
        InlinePanel(
            "dates",
            label=_("Ngày diễn ra"),
            min_num=1,
            help_text=_("Mỗi lần diễn ra một dòng, mỗi năm một dòng."),
        ),
        FieldPanel("body", help_text=_("Ghép từ các khối: chữ, ảnh, lời kể, các bước làm, hàng sản phẩm.")),
    ]
    parent_page_types = ["home.EventIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("sự kiện")

    @classmethod
    def for_display(cls) -> QuerySet["EventPage"]:
        return cls.objects.select_related("picture", "commune__province", "share_picture")

    def find_family(self) -> Family:
        return Family.of(self, also=[self.village_id])

    def search_texts(self) -> list[str]:
        return [self.summary, self.place]


class EventDate(Orderable):
    """One time the event takes place, first to last day."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="dates")
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))

    class Meta(Orderable.Meta):
        verbose_name = _("ngày diễn ra")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="event_ends_after_start"
            )
        ]
