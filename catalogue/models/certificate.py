"""The register of OCOP certificates: the only source of a star.

Certificates are issued for 36 months (Decision 148/QĐ-TTg of 2023, Decision 26/2026/QĐ-TTg).
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from catalogue import certificate_rules as rules
from catalogue.constraints import PeriodsDoNotOverlap
from catalogue.languages import local
from catalogue.models.certificate_refusals import refuse_extension, refuse_untrue

# All but what was withdrawn by its first day: that never was, and may be entered again.
EVER_IN_FORCE = Q(withdrawn_on=None) | Q(withdrawn_on__gt=models.F("issued_on"))


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Questions to the register, each about one day."""

    def valid_on(self, day: date) -> "CertificateQuerySet":
        """Return the certificates that carry a star on `day`."""
        return self.filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=day),
            Q(superseded_on=None) | Q(superseded_on__gt=day),
            issued_on__lte=day,
            expires_on__gte=day,
            is_checked=True,
        )

    def ever_in_force(self) -> "CertificateQuerySet":
        """Leave out what was withdrawn by its first day: entered by mistake, or called off in time."""
        return self.filter(EVER_IN_FORCE)


class Certificate(models.Model):
    """One decision to award stars to a product; rows are added, never overwritten."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("cấp huyện (trước tháng 7/2025)")
        PROVINCE = "province", _("cấp tỉnh")
        NATIONAL = "national", _("cấp trung ương")

    class State(models.TextChoices):
        UNCHECKED = "unchecked", _("chờ người thứ hai xem")
        COMING = "coming", _("chưa có hiệu lực")
        VALID = "valid", _("còn hạn")
        EXPIRING = "expiring_soon", _("sắp hết hạn")
        EXPIRED = "expired", _("hết hạn")
        WITHDRAWN = "withdrawn", _("bị thu hồi")
        SUPERSEDED = "superseded", _("đã có giấy mới")

    product = models.ForeignKey(
        "catalogue.Product",
        verbose_name=_("sản phẩm"),
        on_delete=models.CASCADE,
        related_name="certificates",
        limit_choices_to=~Q(structure="child"),
    )
    holder = models.ForeignKey(
        "partner.Partner",
        verbose_name=_("chủ thể"),
        on_delete=models.PROTECT,
        related_name="certificates",
    )
    holder_note = models.CharField(
        _("vì sao chủ thể khác"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Khi giấy cấp cho cơ sở trước, ví dụ: tên cũ của HTX, đổi tên tháng 3/2024."),
    )
    stars = models.PositiveSmallIntegerField(_("số sao"), choices=[(3, "3"), (4, "4"), (5, "5")])
    certificate_no = models.CharField(_("số giấy chứng nhận"), max_length=60)
    decision_no = models.CharField(_("số quyết định"), max_length=60)
    issuer_level = models.CharField(_("cấp công nhận"), max_length=10, choices=Level)
    issuer_name = models.CharField(
        _("cơ quan cấp"), max_length=160, help_text=_("Giữ tên cũ nếu cơ quan cấp đã sáp nhập.")
    )
    issuer_name_en = models.CharField(_("cơ quan cấp, tiếng Anh"), max_length=160, blank=True)
    legal_basis = models.CharField(_("căn cứ"), max_length=60, help_text=_("Ví dụ: 26/2026/QĐ-TTg"))
    issued_on = models.DateField(_("ngày cấp"))
    expires_on = models.DateField(
        _("ngày hết hạn"),
        blank=True,
        help_text=_("Ngày cuối cùng còn hiệu lực. Để trống: 36 tháng từ ngày cấp; không thể muộn hơn."),
    )
    extended_until = models.DateField(
        _("gia hạn đến"), null=True, blank=True, help_text=_("Chỉ khi có quyết định; nhiều nhất 180 ngày.")
    )
    extension_decision_no = models.CharField(
        _("số quyết định gia hạn"), max_length=60, blank=True, default="", db_default=""
    )
    extended_from = models.DateField(
        _("hạn chưa gia hạn"), null=True, blank=True, editable=False
    )  # when it would have ended
    withdrawn_on = models.DateField(
        _("ngày thu hồi"),
        null=True,
        blank=True,
        help_text=_("Giấy nhập nhầm: ghi ngày cấp, rồi nhập lại; giấy ấy coi như chưa từng có."),
    )
    withdrawal_reason = models.TextField(_("lý do thu hồi"), blank=True)
    supersedes = models.ForeignKey(
        "self",
        verbose_name=_("thay cho giấy"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="superseded_by",
    )
    superseded_on = models.DateField(null=True, blank=True, editable=False)
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("bản quét"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    source_url = models.URLField(_("nguồn"), blank=True)
    is_illustrative = models.BooleanField(_("dữ liệu minh hoạ"), default=False)
    is_checked = models.BooleanField(
        _("đã có người thứ hai xem"), default=True, db_default=True, editable=False
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người nhập hoặc sửa"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người xác nhận"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reminded_on = models.DateField(
        _("nhắc cơ sở ngày"), null=True, editable=False
    )  # its producer, that it ends

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("giấy chứng nhận OCOP")
        verbose_name_plural = _("giấy chứng nhận OCOP")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(stars__in=[3, 4, 5]), name="certificate_stars_3_to_5"),
            models.CheckConstraint(
                condition=Q(expires_on__gt=models.F("issued_on")), name="certificate_expires_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | ~Q(withdrawal_reason=""),
                name="certificate_withdrawn_with_reason",
            ),
            models.UniqueConstraint(
                fields=["issuer_name", "certificate_no"],
                condition=EVER_IN_FORCE,
                name="certificate_number_once_per_issuer",
            ),
            models.UniqueConstraint(
                fields=["supersedes"], condition=EVER_IN_FORCE, name="certificate_superseded_once"
            ),
            PeriodsDoNotOverlap(
                owner="product",
                start="issued_on",
                end="expires_on",
                cuts=("withdrawn_on", "superseded_on"),
                counts="is_checked",
                name="certificate_one_valid_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_no} ({self.stars}★)"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """End the certificate this one supersedes, or let it count again when this one never did.

        One that waits for a second person ends nothing yet: the star of before goes on shining.
        The database is asked at every step, so whichever goes makes room before the other comes.
        """
        self._extend()
        with transaction.atomic():
            if self.supersedes_id and self.is_checked and not self._withdrawn_at_once:
                Certificate.objects.filter(pk=self.supersedes_id).update(superseded_on=self.issued_on)
            super().save(*args, **kwargs)
            if self._withdrawn_at_once:
                self._counting_again().update(superseded_on=None)

    @property
    def _withdrawn_at_once(self) -> bool:
        return bool(self.withdrawn_on and self.withdrawn_on <= self.issued_on)

    def _counting_again(self) -> CertificateQuerySet:
        """The superseded one, unless yet another certificate supersedes it."""
        successors = Certificate.objects.ever_in_force().exclude(pk=self.pk or 0)
        return Certificate.objects.filter(pk=self.supersedes_id or 0).exclude(superseded_by__in=successors)

    def clean(self) -> None:
        super().clean()
        if self.issued_on and not self.expires_on:
            self.expires_on = rules.regular_end(self.issued_on)
        self._refuse_what_the_law_does()
        if self.withdrawn_on and not self.withdrawal_reason.strip():
            raise ValidationError({"withdrawal_reason": _("Ghi lý do thu hồi.")})
        if self.supersedes and self.supersedes.product_id != self.product_id:
            raise ValidationError({"supersedes": _("Giấy này là của sản phẩm khác.")})
        if self.issued_on and self.expires_on:
            if self.expires_on <= self.issued_on:
                raise ValidationError({"expires_on": _("Ngày hết hạn phải sau ngày cấp.")})
            if not self._withdrawn_at_once:
                self._refuse_twins()
            if self.product_id:
                self._refuse_overlap()

    def _refuse_what_the_law_does(self) -> None:
        if self._state.adding:
            refuse_untrue(self)
        refuse_extension(self)
        self._extend()

    def _extend(self) -> None:
        """Let an extension move the last day, and its withdrawal move it back."""
        if self.extended_until:
            self.extended_from = self.extended_from or self.expires_on
            self.expires_on = self.extended_until
        elif self.extended_from:
            self.expires_on, self.extended_from = self.extended_from, None

    def _refuse_twins(self) -> None:
        others = Certificate.objects.ever_in_force().exclude(pk=self.pk or 0)
        if others.filter(issuer_name=self.issuer_name, certificate_no=self.certificate_no).exists():
            raise self._refusal("certificate_no", str(_("Cơ quan cấp này đã có giấy mang số đó trong sổ.")))
        if self.supersedes_id and others.filter(supersedes=self.supersedes_id).exists():
            raise self._refusal("supersedes", str(_("Đã có giấy khác thay cho giấy này.")))

    def _refuse_overlap(self) -> None:
        counting: Certificate | None = self
        if self._withdrawn_at_once:
            counting = self._counting_again().first()
            if counting:
                counting.superseded_on = None
        others = Certificate.objects.filter(product_id=self.product_id)
        for other in others.exclude(pk__in=[self.pk or 0, self.supersedes_id or 0]):
            if counting and counting.overlaps(other):
                words = _("Trùng thời hạn với giấy %(number)s, còn hiệu lực đến %(day)s.") % {
                    "number": other.certificate_no,
                    "day": date_format(other.last_day(), "SHORT_DATE_FORMAT"),
                }
                raise self._refusal("issued_on", words)

    def overlaps(self, other: "Certificate") -> bool:
        """Return whether there is a day on which both carry a star."""
        first, last = max(self.issued_on, other.issued_on), min(self.last_day(), other.last_day())
        return first <= last

    def _refusal(self, field: str, words: str) -> ValidationError:
        # Of one already entered only the withdrawal can be edited.
        return ValidationError({field if self._state.adding else "withdrawn_on": words})

    def last_day(self) -> date:
        """Return the last day on which this certificate carries a star."""
        early = [day for day in (self.withdrawn_on, self.superseded_on) if day]
        return min([self.expires_on, *(date.fromordinal(day.toordinal() - 1) for day in early)])

    def ever_counts(self) -> bool:
        """Return whether it carries a star on any day; one that ended before it began never does."""
        return self.is_checked and self.issued_on <= self.last_day()

    def changed(self, *, by: Any) -> None:
        """Note who entered or changed it; with CERTIFICATE_SECOND_PERSON it waits for another's eyes. Not saved."""
        self.changed_by, self.checked_by = by, None
        self.is_checked = not settings.CERTIFICATE_SECOND_PERSON

    def check_by(self, *, user: Any) -> None:
        """Let it count: a second person has compared it with its scan or source.

        Raises:
            ValidationError: the same person entered or changed it.
        """
        if self.changed_by_id == user.pk:
            raise ValidationError(_("Giấy này do chính bạn nhập hoặc sửa: cần một người khác xem."))
        self.is_checked, self.checked_by = True, user
        self.save()

    def shows_papers(self) -> bool:
        """Return whether its scan is public: of one that counts, or did, as product pages show it."""
        return self.issued_on <= timezone.localdate() and self.ever_counts()

    def state_on(self, day: date) -> str:
        """Return the `State` on `day`; only VALID and EXPIRING carry a star."""
        if self.withdrawn_on and self.withdrawn_on <= day:
            return self.State.WITHDRAWN
        if self.superseded_on and self.superseded_on <= day:
            return self.State.SUPERSEDED
        if not self.is_checked:
            return self.State.UNCHECKED
        if day < self.issued_on:
            return self.State.COMING
        if day > self.expires_on:
            return self.State.EXPIRED
        days_left = (self.expires_on - day).days
        return self.State.EXPIRING if days_left <= rules.REMINDED_DAYS else self.State.VALID

    @property
    def state(self) -> str:
        """Return the state today, in Vietnam."""
        return self.state_on(timezone.localdate())

    @property
    def issuer(self) -> str:
        """Return the issuer in the reader's language."""
        return local(self, "issuer_name")
