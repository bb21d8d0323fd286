"""Where a page stands: its ancestors, its translations and the pages it links to, in one query."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Page, get_page_models

from catalogue.languages import reading_language

HOME_DEPTH = 2  # the root is 1
FIRST_SECTION_DEPTH = 3


@dataclass
class Family:
    """The live pages around one page, found by language.

    Attributes:
        page: the page in question.
        language: the reader's.
        sets: pages by translation key, then by language code.
        keys: translation key of every asked-for page by its id.
    """

    page: Page
    language: str
    sets: dict[UUID, dict[str, Page]] = field(default_factory=dict)
    keys: dict[int, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page, *, also: Iterable[int | None] = (), join: Iterable[str] = ()) -> "Family":
        """Fetch the family of `page`: those above it, the sections of its site, and `also`; one query.

        Args:
            page: a page, saved or only previewed.
            also: ids of further pages, in whatever language, that `page` will link to.
            join: what to fetch with them, such as "producerpage__portrait".
        """
        above = _ancestor_paths(page)
        home = above[0] if above else page.path
        wanted = (
            Q(path__in=above) | Q(pk__in=[pk for pk in also if pk]) | Q(translation_key=page.translation_key)
        )
        if home:
            # By kind first: that has an index, and few pages are of a section's kind.
            wanted |= Q(content_type__in=_section_kinds(), depth=FIRST_SECTION_DEPTH, path__startswith=home)
        keys = Page.objects.filter(wanted, depth__gte=HOME_DEPTH).values("translation_key")
        relatives = Page.objects.filter(translation_key__in=keys, live=True)
        family = cls(page=page, language=reading_language())
        for relative in relatives.select_related("locale", "content_type", *join):
            family.sets.setdefault(relative.translation_key, {})[relative.locale.language_code] = relative
            family.keys[relative.pk] = relative.translation_key
        return family

    def get(self, pk: int | None) -> Page | None:
        """Return the page with this id in the reader's language, else as it is, None unless live."""
        key = self.keys.get(pk) if pk else None
        return self.by_key(key) if key else None

    def by_key(self, key: UUID) -> Page | None:
        """Return the page of a set in the reader's language, Vietnamese where there is none."""
        by_language = self.sets.get(key, {})
        return by_language.get(self.language) or by_language.get(settings.LANGUAGE_CODE)

    def source(self) -> Page:
        """Return the Vietnamese page of this set, to which products and events are tied."""
        return self.translations().get(settings.LANGUAGE_CODE) or self.page

    def ancestors(self) -> list[Page]:
        """Return the live pages above this one, from its section down, without home."""
        paths = set(_ancestor_paths(self.page))
        found = [page for page in self._all() if page.path in paths and page.depth >= FIRST_SECTION_DEPTH]
        return sorted(found, key=lambda page: page.depth)

    def parent(self) -> Page | None:
        """Return the live page right above this one, None below home."""
        return next(reversed(self.ancestors()), None)

    def section(self, kind: str) -> Page | None:
        """Return the site's section of this kind in the reader's language.

        Args:
            kind: name of the page model, lower case: "cataloguepage".
        """
        found = [page for page in self._all() if page.content_type.model == kind]
        same = [page for page in found if page.locale.language_code == self.language]
        return next(iter(same or found), None)

    def section_url(self, kind: str) -> str:
        """Return the address of `section`, nothing without one."""
        page = self.section(kind)
        return (page.url or "") if page else ""

    def translations(self) -> dict[str, Page]:
        """Return the live page in every language that has one, by language code."""
        return self.sets.get(self.page.translation_key, {})

    def nearest_in(self, language: str) -> Page | None:
        """Return this page in `language`, else its nearest ancestor that has a translation there."""
        chain = [self.page.translation_key, *self._ancestor_keys()]
        return next((self.sets[key][language] for key in chain if language in self.sets.get(key, {})), None)

    def _ancestor_keys(self) -> list[UUID]:
        paths = set(_ancestor_paths(self.page))
        above = sorted((page for page in self._all() if page.path in paths), key=lambda page: -page.depth)
        return [page.translation_key for page in above]

    def _all(self) -> list[Page]:
        return [page for by_language in self.sets.values() for page in by_language.values()]


def _ancestor_paths(page: Page) -> list[str]:
    """Return the tree paths above `page`, home included; treebeard gives each level `steplen` signs."""
    path = page.path or ""
    return [path[:end] for end in range(2 * page.steplen, len(path), page.steplen)]


def _section_kinds() -> list[int]:
    """Return the content types of the pages that may stand right below home; kept by Django."""
    models = [
        model for model in get_page_models() if "home.HomePage" in getattr(model, "parent_page_types", [])
    ]
    return [kind.pk for kind in ContentType.objects.get_for_models(*models).values()]
