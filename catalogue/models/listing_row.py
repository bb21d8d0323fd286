"""What a card and a listing need to know, derived: one row per public product and language.

Nothing here is typed by anybody: `catalogue.listing.rows.rebuild` writes it from pages,
products, stock records and certificates, and can write it all again.
"""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import F

from catalogue.months import YEAR, opening


class CatalogueVersion(models.Model):
    """A number that grows with every change a public page can show; one row."""

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "catalogue version"

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """Return the number; one query."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def bump(cls) -> int:
        """Raise the number and return it.

        The row stays locked until the transaction ends: writers of listing rows go one after
        the other, each reads what the one before has committed, numbers appear in order.
        """
        with transaction.atomic():
            cls.objects.get_or_create(pk=1)
            cls.objects.filter(pk=1).update(number=F("number") + 1)
            return cls.current()


class ListingRow(models.Model):
    """A product as it stands in lists of one language; certificate dates, never a star.

    Ids are plain numbers: rows are rebuilt when what they name changes or goes.
    Days in JSON are ISO strings, which sort as dates do.
    """

    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="listing_rows")
    language = models.CharField(max_length=10)
    version = models.PositiveBigIntegerField(db_index=True)  # of the catalogue, when written
    title = models.CharField(max_length=255)
    title_language = models.CharField(max_length=10, default="vi")
    words = models.TextField()  # folded: title first, then what else it is found by
    url = models.CharField(max_length=1000)
    picture = models.JSONField(null=True)  # catalogue.pictures.ReadyPicture
    price_from = models.DecimalField(max_digits=12, decimal_places=0, null=True)
    has_variants = models.BooleanField()
    in_stock = models.BooleanField()  # whatever the season
    sale_months = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    unit = models.CharField(max_length=60, blank=True)
    producer_id = models.PositiveIntegerField(null=True)
    producer_code = models.CharField(max_length=128, blank=True)
    producer_name = models.CharField(max_length=128, blank=True)
    village_id = models.PositiveIntegerField(null=True)
    village_code = models.CharField(max_length=255, blank=True)
    village_name = models.CharField(max_length=60, blank=True)
    specialty_id = models.PositiveIntegerField(null=True)
    groups = models.JSONField(default=list)  # [["I", "Thực phẩm"], ["I.1", "Thực phẩm tươi sống"]]
    star_periods = models.JSONField(default=list)  # [[4, first day, last day], …]
    certifications = models.JSONField(default=list)  # [["vietgap", "VietGAP", last day], …]
    gi = models.BooleanField()  # registered, and the producer is an authorised user
    gi_from = models.DateField(null=True)
    gi_until = models.DateField(null=True)
    season_months = models.JSONField(default=list)
    age_restricted = models.BooleanField()
    is_spirit = models.BooleanField(default=False)  # must not be advertised
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = "listing row"
        constraints = [
            models.UniqueConstraint(fields=["product", "language"], name="listing_row_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"

    def stars_on(self, day: date) -> int | None:
        """Return the stars a certificate gives on `day`, None when none does."""
        return stars_on(self.star_periods, day)

    def gi_on(self, day: date) -> bool:
        """Return whether it may carry its indication on `day`."""
        return self.gi and holds(self.gi_from, self.gi_until, day)

    def opens_on(self, day: date) -> date | None:
        """Return when its sale begins again, None while it is on sale."""
        return opening(self.sale_months, day)

    def in_season_on(self, day: date) -> bool:
        """Return whether `day` is in the season of a product that has one; all year is no season."""
        return in_season_on(self.season_months, day)


def stars_on(periods: list[list[Any]], day: date) -> int | None:
    """Return the stars of the period that holds `day`, or None."""
    iso = day.isoformat()
    return next((stars for stars, first, last in periods if first <= iso <= last), None)


def holds(first: date | None, last: date | None, day: date) -> bool:
    """Return whether `day` lies from `first` to `last`; None is no limit."""
    return (first is None or first <= day) and (last is None or day <= last)


def in_season_on(months: list[int], day: date) -> bool:
    """Return whether the month of `day` is among `months`, unless those are the whole year."""
    return day.month in months and len(months) < YEAR
