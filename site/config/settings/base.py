"""What every way of running the shop has in common. docs/settings.md names each variable."""

from pathlib import Path

from environs import Env, validate
from oscar.defaults import *
from wagtail.embeds.oembed_providers import vimeo, youtube

from config import cache, database, environment, files, headers, log, mail, market

env = Env()

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = environment.listed(env.str("ALLOWED_HOSTS", ""))
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")

# The market: names, province, sender and more of site/markets/<MARKET>/ (config.market)
MARKET = market.read(env.str("MARKET", "") or "bac_ninh")
MARKET_COUNTRY_CODE = "VN"  # ISO 3166-1: telephone numbers without a country code, addresses, origin
vars().update(market.settings_of(MARKET, sender=env.str("DEFAULT_FROM_EMAIL", "")))

DEMO_ALLOWED = False  # public passwords, a pretended Stripe: only the development settings allow them
OPENING_CHECK = False  # only production keeps its checkout shut until it has opened (home.opening)
MAINTENANCE = env.bool("MAINTENANCE", False)  # a file VAR_DIR/maintenance does the same without a restart

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "demo.apps.DemoConfig",
    "home.apps.HomeConfig",
    "catalogue.apps.CatalogueConfig",
    "shop.users.apps.UsersConfig",
    "shop.address.apps.AddressConfig",
    "shop.partner.apps.PartnerConfig",
    "shop.basket.apps.BasketConfig",
    "shop.checkout.apps.CheckoutConfig",
    "shop.customer.apps.CustomerConfig",
    "shop.order.apps.OrderConfig",
    "shop.payment.apps.PaymentConfig",
    "shop.ledger.apps.LedgerConfig",
    "shop.tax.apps.TaxConfig",
    "shop.shipping.apps.ShippingConfig",
    "shop.backoffice.apps.BackofficeConfig",
    "shop.search.apps.SearchConfig",
    "shop.timer.apps.TimerConfig",
    # Oscar, as it comes
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "shop.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "shop.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "shop.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "django_tables2",
    # Wagtail
    "wagtail_localize",
    "wagtail_localize.locales",  # replaces wagtail.locales
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "shop.users.apps.CmsUsersConfig",  # wagtail.users with forms of ours
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "django_filters",
    "post_office",
    "django_guid",
    # Django
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "config.health.HealthMiddleware",
    "shop.payment.time_limit.ProviderTimeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.TextGZipMiddleware",
    "config.spreadsheets.SpreadsheetMiddleware",
    "config.maintenance.MaintenanceMiddleware",
    "config.caching.CacheHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.UrlLanguageMiddleware",
    "config.odd_requests.OddRequestMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.csrf.OriginCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shop.users.staff_sessions.StaffSessionMiddleware",
    "catalogue.producers.gate.ProducerGate",
    "catalogue.roles.gate.RoleGate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.basket.middleware.BasketMiddleware",
    "config.opening.OpeningMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

# /metrics for Prometheus exists with a token only (config.metrics); the two count what lies between them.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
if METRICS_TOKEN:
    MIDDLEWARE.insert(2, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.core.context_processors.metadata",
            ],
        },
    },
]

# Data. SQLite by default; DATABASE_URL=postgres://… for PostgreSQL.
DATABASES = {"default": database.from_url(env.str("DATABASE_URL", f"sqlite:///{VAR_DIR}/db.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"  # what Oscar's migrations were made with
MIGRATION_MODULES = {
    "basket": "oscar.apps.basket.migrations",
    "customer": "oscar.apps.customer.migrations",
}

# Cache and sessions: in each process and in the database; REDIS_URL moves both.
REDIS_URL = env.str("REDIS_URL", "")
CACHES = cache.from_url(REDIS_URL)
SESSION_ENGINE = cache.session_engine(REDIS_URL)
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
DJANGO_REDIS_LOGGER = "config.cache"

# Cards by Stripe (docs/payments.md): offered only while a key is set and the bill is within the bounds.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", "")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_CHECKOUT_ORIGIN = env.str("STRIPE_CHECKOUT_ORIGIN", "https://checkout.stripe.com")
STRIPE_MIN_AMOUNT = env.int("STRIPE_MIN_AMOUNT", 15_000)  # Stripe takes nothing below about US$0.50
STRIPE_MAX_AMOUNT = env.int("STRIPE_MAX_AMOUNT", 99_999_999)  # eight digits are the most it takes
STRIPE_HTTP_CLIENT = "shop.payment.providers.stripe.client.over_https"
STRIPE_DOUBLE = False  # the double of docs/payments.md; only the development settings can switch it on
STRIPE_DOUBLE_FILE = VAR_DIR / "stripe-double.sqlite3"

# Security
ADMIN_PREFIXES = ("/admin/", "/dashboard/", "/django-admin/")  # for staff: never cached
MEDIA_ORIGIN = files.media_origin(env)
VIDEO_PLAYERS = headers.VIDEO_PLAYERS
PAY_ORIGIN = STRIPE_CHECKOUT_ORIGIN if STRIPE_SECRET_KEY else ""
CONTENT_SECURITY_POLICY = {"DIRECTIVES": headers.shop_policy(MEDIA_ORIGIN, PAY_ORIGIN)}
ADMIN_CONTENT_SECURITY_POLICY = headers.admin_policy(MEDIA_ORIGIN, inline=False)
ADMIN_INLINE_POLICY = headers.admin_policy(MEDIA_ORIGIN, inline=True)  # pages that headers.INLINE_PAGES names
# /.well-known/security.txt: whom to tell of a weakness, and until when that holds
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "")
SECURITY_EXPIRES_ON = env.date("SECURITY_EXPIRES_ON", None) if env.str("SECURITY_EXPIRES_ON", "") else None
X_FRAME_OPTIONS = "DENY"  # the CMS allows its own preview frame itself
SILENCED_SYSTEM_CHECKS = ["security.W003"]  # knows only Django's own CSRF middleware; config.E001 knows ours
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # other sites see who links to them
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.csrf.refused"
CSRF_TRUSTED_ORIGINS = environment.listed(env.str("CSRF_TRUSTED_ORIGINS", ""))
# Four fields for each of a producer's goods in the table of prices, more for a page with many blocks:
# Django's 1,000 would throw away what was typed. Still a bound on what one request may ask for.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Proxies of ours in front, and the header to which each adds the address it was asked from
PROXY_COUNT = env.int("PROXY_COUNT", 0, validate=validate.Range(min=0))
PROXY_HEADER = env.str(
    "PROXY_HEADER", "X-Forwarded-For", validate=validate.OneOf(["X-Forwarded-For", "Forwarded"])
)

# So long after it was last touched a basket without an order is kept.
BASKET_KEEP_D = env.int("BASKET_KEEP_D", 30, validate=validate.Range(min=1))
# Budgets of what strangers may cause (docs/operations.md); 0 is no limit
MAILS_PER_RECIPIENT = env.int("MAILS_PER_RECIPIENT", 5, validate=validate.Range(min=0))
# So long after a log-in the hub's people stay in the admins (shop.users.staff_sessions); 0 as long as anybody.
STAFF_SESSION_H = env.int("STAFF_SESSION_H", 12, validate=validate.Range(min=0))
LOG_IN_FAILURES = env.int("LOG_IN_FAILURES", 60, validate=validate.Range(min=0))
# What one buyer (telephone, mailbox, account) or one network may hold unpaid (shop.payment.unpaid)
UNPAID_ORDERS = env.int("UNPAID_ORDERS", 5, validate=validate.Range(min=0))
UNPAID_ORDERS_PER_NETWORK = env.int("UNPAID_ORDERS_PER_NETWORK", 50, validate=validate.Range(min=0))
OPEN_CASH = env.int("OPEN_CASH", 5_000_000, validate=validate.Range(min=0))
OPEN_CASH_PER_NETWORK = env.int("OPEN_CASH_PER_NETWORK", 50_000_000, validate=validate.Range(min=0))
_percentage = validate.Range(min=0, max=100)
UNPAID_UNITS_FREE = env.int("UNPAID_UNITS_FREE", 5, validate=validate.Range(min=1))
UNPAID_UNITS_PERCENT = env.int("UNPAID_UNITS_PERCENT", 50, validate=_percentage)
UNPAID_UNITS_PERCENT_PER_NETWORK = env.int("UNPAID_UNITS_PERCENT_PER_NETWORK", 75, validate=_percentage)
CONFIRMED_TIMES = env.int("CONFIRMED_TIMES", 3, validate=validate.Range(min=1))
CONFIRMED_UNITS_PERCENT = env.int("CONFIRMED_UNITS_PERCENT", 90, validate=_percentage)

# How long shared caches keep public pages (config.caching)
PUBLIC_CACHE_S = env.int("PUBLIC_CACHE_S", 60)
PUBLIC_CACHE_STALE_S = env.int("PUBLIC_CACHE_STALE_S", 60)

# Mail is written into the database and sent by the timer job; mail and log go to the console by default.
_mail = mail.from_url(env.str("EMAIL_URL", "console:"))
POST_OFFICE = _mail.pop("POST_OFFICE")
MAIL_GOES_OUT = bool(_mail.pop("MAIL_GOES_OUT"))
vars().update(_mail)
# What `manage.py tick` runs: dotted path, seconds between two runs (shop/timer/)
TIMER_JOBS = [
    ("shop.fulfilment.jobs.queue_mails", 60),
    ("shop.order.producer_mails.queue_due", 60),
    ("shop.timer.jobs.send_mail", 60),
    ("shop.fulfilment.jobs.cancel_unaccepted", 60),
    ("shop.payment.bank.jobs.match_new", 60),
    ("shop.payment.bank.jobs.import_statements", 60),
    ("shop.payment.bank.jobs.match_going_out", 10 * 60),
    ("shop.ledger.jobs.book_remittances", 60),
    ("shop.payment.bank.stripe_payouts.match", 10 * 60),
    ("shop.payment.bank.jobs.remind", 10 * 60),
    ("shop.payment.refunds.refund_accounts.forget_old", 24 * 3600),
    ("shop.payment.inbox.forget_old", 24 * 3600),
    ("shop.payment.bank.retention.forget_old", 24 * 3600),
    ("shop.fulfilment.jobs.forget_pictures", 24 * 3600),
    ("shop.customer.personal_data.forgetting.forget_contacts", 24 * 3600),
    ("shop.customer.personal_data.forgetting.anonymise_old", 24 * 3600),
    ("shop.ledger.accounts.catch_up", 24 * 3600),
    ("shop.ledger.jobs.check", 24 * 3600),
    ("shop.timer.jobs.publish_scheduled", 60),
    ("shop.timer.jobs.tidy_up", 24 * 3600),
    ("shop.users.budgets.forget_old", 24 * 3600),
    ("shop.users.sessions.forget_old", 24 * 3600),
    ("shop.basket.jobs.remove_unused", 24 * 3600),
    ("shop.payment.unpaid.forget_old", 3600),
    ("catalogue.place_changes.follow_today", 60),  # a commune becomes a ward at midnight
    ("shop.partner.certificate_reminders.send_due", 24 * 3600),
    ("catalogue.statistics.refresh", 24 * 3600),
    ("catalogue.listing.rows.rebuild", 24 * 3600),  # a process that died between commit and rebuild
    # Last what asks providers: a silent one takes its time.
    ("shop.payment.bank.jobs.poll_services", 5 * 60),
    ("shop.payment.jobs.poll_open_payments", 60),
    ("shop.payment.jobs.expire_due", 60),
    ("shop.payment.jobs.close_left_open", 60),
    ("shop.payment.jobs.send_refunds", 60),
    ("shop.payment.rechecking.recheck_paid", 60),
    ("shop.payment.providers.stripe.balance.fetch_new", 30 * 60),
]
LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(log.LEVELS))
LOG_FORMAT = env.str("LOG_FORMAT", "", validate=validate.OneOf(["", *log.FORMATS]))
LOGGING = log.to_stderr(LOG_LEVEL, LOG_FORMAT or "text")
# One id for all lines of a request, the proxy's if it sends one
DJANGO_GUID = {"GUID_HEADER_NAME": "Request-Id", "EXPOSE_HEADER": False}

# People
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["shop.users.backends.EmailBackend"]
LOGIN_URL = "customer:login"
LOGIN_REDIRECT_URL = "customer:summary"
OSCAR_SEND_REGISTRATION_EMAIL = False  # nothing to say that the page has not said
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Language: Vietnamese is the source, English the translation.
LANGUAGE_CODE = "vi"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in (MARKET.static, BASE_DIR / "static") if path.is_dir()]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
SERVE_MEDIA = env.bool("SERVE_MEDIA", True)  # off where a web server or S3 serves MEDIA_ROOT/images
STORAGES = files.storages(env)
FILE_UPLOAD_PERMISSIONS = 0o644  # large uploads too may be read by a web server of another user

# Wagtail
WAGTAILIMAGES_IMAGE_MODEL = "catalogue.Picture"
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_USER_LOGIN_FORM = "shop.users.forms.CmsLoginForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "shop.users.forms.CmsPasswordResetForm"  # noqa: S105 - a path
WAGTAILIMAGES_EXTENSIONS = ["avif", "jpg", "jpeg", "png", "webp"]  # no SVG: it can carry script
# Telephones take 50 megapixels; what is coded in few bytes may be far more, and is refused unseen.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 52_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "catalogue.file_forms.PictureForm"
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"  # from a bucket too: whoever asks for a paper is looked at
WAGTAILDOCS_DOCUMENT_FORM_BASE = "catalogue.file_forms.PaperForm"
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Providers whose players VIDEO_PLAYERS names; editors read of any other that it cannot be embedded.
WAGTAILEMBEDS_FINDERS = [{"class": "wagtail.embeds.finders.oembed", "providers": [youtube, vimeo]}]
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = ""  # turning an address into a page link shows the page's draft title
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
TAGGIT_CASE_INSENSITIVE = True

# Oscar
SITE_ID = 1
OSCAR_HOMEPAGE = "/"
OSCAR_DEFAULT_CURRENCY = "VND"
OSCAR_CURRENCY_FORMAT = {"VND": {"format": "#,##0\xa0¤"}}
PHONENUMBER_DEFAULT_REGION = MARKET_COUNTRY_CODE
OSCAR_SLUG_MAP = {"đ": "d", "Đ": "D"}
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_REQUIRED_ADDRESS_FIELDS = ("first_name", "line1", "country")
OSCAR_IMAGE_FOLDER = "products/%Y/%m/"  # private: not among what is cut of public pictures
OSCAR_THUMBNAILER = "catalogue.thumbnails.AsUploaded"
OSCAR_HIDDEN_FEATURES = ["reviews", "wishlists"]
OSCAR_OFFERS_INCL_TAX = True
OSCAR_OFFER_ROUNDING_FUNCTION = "shop.basket.models.whole_dong"
OSCAR_INITIAL_ORDER_STATUS = "Placed"
OSCAR_INITIAL_LINE_STATUS = "New"
OSCAR_ORDER_STATUS_PIPELINE = {
    "Pending payment": ("Placed", "Expired", "Cancelled"),
    "Expired": ("Pending payment", "Placed"),
    "Placed": ("Processing", "Complete", "Cancelled"),
    "Processing": ("Placed", "Complete", "Cancelled"),  # back when what was accepted is cancelled
    "Complete": ("Processing",),  # "delivered" was pressed by mistake
    "Cancelled": (),
}
HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
}  # Oscar imports it

# Ways to pay, by dotted path, in the order in which buyers see them; checked at start-up.
PAYMENT_PROVIDERS = [
    "shop.payment.providers.cash_on_delivery.CashOnDelivery",
    "shop.payment.providers.vietqr.provider.VietQR",
    "shop.payment.providers.stripe.provider.StripeCard",
]
# So long a page waits for payment providers, with all that it asks of them; then it answers without them.
PROVIDER_WAIT_S = env.float("PROVIDER_WAIT_S", 7, validate=validate.Range(min=0.1, max=25))
# Bank transfer: how long an unpaid order keeps its goods, and who may notify us of money (docs/payments.md)
BANK_TRANSFER_HOLD_H = env.int("BANK_TRANSFER_HOLD_H", 24, validate=validate.Range(min=1))
# Goods of which so few are left are held for less time; 0 makes no difference.
SCARCE_STOCK = env.int("SCARCE_STOCK", 5, validate=validate.Range(min=0))
SCARCE_HOLD_H = env.int("SCARCE_HOLD_H", 4, validate=validate.Range(min=1))
BANK_WEBHOOK_API_KEY = env.str("BANK_WEBHOOK_API_KEY", "")
BANK_WEBHOOK_SECRET = env.str("BANK_WEBHOOK_SECRET", "")
BANK_SEPAY_TOKEN = env.str("BANK_SEPAY_TOKEN", "")
BANK_SEPAY_API = env.str("BANK_SEPAY_API", "https://userapi.sepay.vn/v2")
BANK_CASSO_KEY = env.str("BANK_CASSO_KEY", "")
BANK_CASSO_TOKEN = env.str("BANK_CASSO_TOKEN", "")
BANK_PAYOS_KEY = env.str("BANK_PAYOS_KEY", "")
# A parcel that nobody took on for so long is cancelled by the timer; 0 waits for ever.
PARCEL_ACCEPT_WITHIN_H = env.int("PARCEL_ACCEPT_WITHIN_H", 7 * 24)
# So many days after its delivery a parcel is paid out to its producer; until then it may come back.
CERTIFICATE_SECOND_PERSON = env.bool("CERTIFICATE_SECOND_PERSON", True)  # else its star shines at once
CLAIM_FRESH_WITHIN_H = env.int("CLAIM_FRESH_WITHIN_H", 24, validate=validate.Range(min=1))
RETURN_WINDOW_DAYS = env.int("RETURN_WINDOW_DAYS", 7)
# So long another bank account of a producer's is not paid to, unless a second person confirms it; 0 at once.
PAYOUT_ACCOUNT_WAIT_H = env.int("PAYOUT_ACCOUNT_WAIT_H", 24, validate=validate.Range(min=0))
# What one of the hub's people decides to give back or pay out above this needs a second one; đồng, 0 never.
SECOND_PERSON_ABOVE = env.int("SECOND_PERSON_ABOVE", 0, validate=validate.Range(min=0))
# Tax is withheld from household and individual sellers for orders placed from this day on; none: never.
WITHHOLD_TAX_FROM = env.date("WITHHOLD_TAX_FROM", None) if env.str("WITHHOLD_TAX_FROM", "") else None
# So long after a refund was transferred the buyer's account number is kept.
REFUND_ACCOUNT_KEEP_D = env.int("REFUND_ACCOUNT_KEEP_D", 30, validate=validate.Range(min=0))
# Accounting documents are kept for ten years after their year; then orders lose who bought (docs/privacy.md).
ORDER_KEEP_Y = env.int("ORDER_KEEP_Y", 10, validate=validate.Range(min=0))
ORDER_LINK_D = env.int("ORDER_LINK_D", 180, validate=validate.Range(min=0))
NOTICE_KEEP_D = env.int("NOTICE_KEEP_D", 180, validate=validate.Range(min=0))
STATEMENT_KEEP_D = env.int("STATEMENT_KEEP_D", 30, validate=validate.Range(min=0))
RETURN_PICTURES_KEEP_D = env.int("RETURN_PICTURES_KEEP_D", 90, validate=validate.Range(min=0))
# So long after it was ordered an unpaid order may still be paid, at its price; then it is over.
EXPIRED_PAYABLE_D = env.int("EXPIRED_PAYABLE_D", 7)
# A parcel left lying for so long is shown to staff.
PARCEL_LATE_AFTER_H = env.int("PARCEL_LATE_AFTER_H", 48)
RETURN_LATE_AFTER_H = env.int("RETURN_LATE_AFTER_H", 72)
CASH_LATE_AFTER_D = env.int("CASH_LATE_AFTER_D", 14)
# A carrier's fee for one parcel above this, or above the parcel's price, is not booked without a person; đồng.
CARRIER_FEE_LIMIT = env.int("CARRIER_FEE_LIMIT", 500_000, validate=validate.Range(min=0))
# Cash at the door is refused to a phone number after so many parcels that it would not take; 0 never.
COD_MAX_REFUSED = env.int("COD_MAX_REFUSED", 2)
