"""Collect the texts to translate: `make messages`; `--check` only says what is missing.

Texts in code and templates are Vietnamese; `locale/en/LC_MESSAGES/django.po` holds their English.
`locale/vi/LC_MESSAGES/django.po` holds only Vietnamese for English texts of Wagtail and Oscar.
Engineers write new pairs into `locale/<language>/parts/<name>.po`; here they are merged: an entry
moves from its part into django.po once some code uses it, and an emptied part is removed.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
IGNORED = ["locale", ".venv/*", "node_modules/*", "var/*", "tests/*", "tools/*", "static/vendor/*", "docs/*"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HEADER = {
    "Project-Id-Version": "Chợ Bắc Ninh",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "vi": "nplurals=1; plural=0;"}


def catalogue(locale: Path, language: str) -> Path:
    """Return the path of a language's django.po under `locale`."""
    return locale / language / "LC_MESSAGES" / "django.po"


def extract(locale: Path) -> None:
    """Bring `locale`/en up to date with code and templates, by Django's makemessages."""
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    os.chdir(ROOT)
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.commands import makemessages

    class Into(makemessages.Command):
        """Writes into LOCALE_PATHS only: Django's also adds the `locale` folder it stands in."""

        def find_files(self, root: str) -> Any:
            self.locale_paths = [str(locale)]
            return super().find_files(root)

    django.setup()
    settings.LOCALE_PATHS = [str(locale)]
    catalogue(locale, "en").parent.mkdir(parents=True, exist_ok=True)
    call_command(
        Into(), locale=["en"], ignore_patterns=IGNORED, add_location="file", no_wrap=True, verbosity=0
    )


def key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    """Tell entries apart as gettext does: context, text, plural."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def is_translated(entry: polib.POEntry) -> bool:
    """Say whether every form of the entry has a text and none is a guess of msgmerge."""
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return bool(texts) and all(texts) and not entry.fuzzy


def take_over(target: polib.POEntry, source: polib.POEntry) -> None:
    """Copy the translation of `source` into `target`."""
    target.msgstr = source.msgstr
    target.msgstr_plural = dict(source.msgstr_plural)
    target.flags = [flag for flag in target.flags if flag != "fuzzy"]
    target.previous_msgid = target.previous_msgctxt = target.previous_msgid_plural = None


def merge_part(po: polib.POFile, part: Path, *, adds: bool) -> None:
    """Move what `po` knows (with `adds`: everything) from `part` into it; drop an emptied part."""
    known = {key(entry): entry for entry in po if not entry.obsolete}
    pending = polib.pofile(str(part), wrapwidth=0)
    for entry in [entry for entry in pending if is_translated(entry)]:
        target = known.get(key(entry))
        if target is None and adds:
            po.append(entry)
            known[key(entry)] = entry
        elif target is None:
            continue
        elif not is_translated(target):
            take_over(target, entry)
        pending.remove(entry)
    if len(pending):
        pending.save(str(part))
    else:
        part.unlink()


def merge(locale: Path, language: str, *, adds: bool) -> None:
    """Merge all parts of a language into its django.po and tidy it."""
    path = catalogue(locale, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    po = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
    for part in sorted((locale / language / "parts").glob("*.po")):
        merge_part(po, part, adds=adds)
    for entry in po.obsolete_entries():
        po.remove(entry)
    po.header, po.metadata_is_fuzzy = "", False
    po.metadata = HEADER | {"Language": language, "Plural-Forms": PLURALS[language]}
    if len(po):
        po.save(str(path))


def problems(path: Path) -> Iterator[str]:
    """Yield what is wrong with a catalogue: untranslated, guessed, or placeholders that differ."""
    for entry in polib.pofile(str(path)):
        if entry.obsolete:
            yield f"no longer used: {entry.msgid!r}"
        elif not is_translated(entry):
            yield f"not translated: {entry.msgid!r} ({', '.join(place for place, _ in entry.occurrences)})"
        else:
            wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            given = set(PLACEHOLDER.findall(entry.msgstr + "".join(entry.msgstr_plural.values())))
            # Vietnamese for Wagtail's words may leave a name out; it must not invent one.
            wrong = given - wanted if "vi" in path.parts else wanted ^ given
            if wrong:
                yield f"placeholders differ: {entry.msgid!r}: {sorted(wrong)}"


def check() -> list[str]:
    """Extract into a copy and return what the committed catalogues lack."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "locale"
        shutil.copytree(LOCALE, copy)
        extract(copy)
        merge(copy, "en", adds=False)
        merge(copy, "vi", adds=True)
        found = list(problems(catalogue(copy, "en")))
        if catalogue(copy, "vi").exists():
            found += problems(catalogue(copy, "vi"))
    return found


def main() -> None:
    """Merge, or with --check report; leave with 1 when a text lacks its translation."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing, say what is missing")
    if not parser.parse_args().check:
        extract(LOCALE)
        merge(LOCALE, "en", adds=False)
        merge(LOCALE, "vi", adds=True)
    found = check()
    print("\n".join([*found, f"{len(found)} texts to see to."] if found else ["All texts are translated."]))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
