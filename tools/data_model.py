"""Draw the data model: `make data-model` writes docs/data-model.md; `--check` only says whether it is out of date.

Mermaid diagrams, one for each room, of the tables that are ours or that we changed: columns, keys, what points at what.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "data-model.md"
HEAD = """# Data model

Made by `make data-model` from the models; `make check` says when it is out of date. Pages carry Wagtail's columns too
(`wagtailcore.Page`), products, orders and lines Oscar's: shown are the columns that our own classes add, and what each
table points at.
"""
ROOMS = (
    ("Catalogue: what is sold, by whom, from where, with which star", ("catalogue",)),
    (
        "Partner, shipping, tax, address: who sells, how it travels, which rates hold",
        ("partner", "shipping", "tax", "address"),
    ),
    ("Order: what one buyer asked for at one moment", ("order",)),
    ("Payment and ledger: money in and out, and whose it is", ("payment", "ledger")),
    ("Home, timer, users", ("home", "timer", "users")),
)
PREFIXES = ("catalogue", "home", "shop")


def own_models(labels: Iterable[str]) -> Iterator[type[Model]]:
    """Yield the models of these apps that our code defines, by name."""
    from django.apps import apps

    for label in labels:
        models = apps.get_app_config(label).get_models()
        yield from sorted((model for model in models if is_ours(model)), key=lambda model: model.__name__)


def is_ours(model: type[Model]) -> bool:
    """Return whether the class is written here, not taken over from Oscar."""
    return bool(model.__module__.split(".")[0] in PREFIXES)


def own_fields(model: type[Model]) -> Iterator[Any]:
    """Yield the concrete fields that our code adds to a model."""
    inherited = {
        field.name
        for base in model.__mro__[1:]
        if hasattr(base, "_meta") and not is_ours(base)
        for field in base._meta.get_fields()
    }
    for field in model._meta.get_fields():
        if field.concrete and not field.auto_created and (field.name not in inherited or field.is_relation):
            yield field


def diagram(labels: Iterable[str]) -> str:
    """Return a mermaid diagram of some apps."""
    boxes, arrows = [], []
    for model in own_models(labels):
        boxes.append(f"    {model.__name__} {{")
        for field in own_fields(model):
            if field.is_relation:
                if field.related_model is not None:
                    arrows.append(arrow(model, field))
            else:
                boxes.append(f"        {type(field).__name__.removesuffix('Field')} {field.name}")
        boxes.append("    }")
    return "\n".join(["```mermaid", "erDiagram", *boxes, *sorted(set(arrows)), "```"])


def arrow(model: type[Model], field: Any) -> str:
    """Return the line from a table to the one it points at."""
    many = "}o--o{" if field.many_to_many else "|o--o|" if field.one_to_one else "}o--||"
    if not field.many_to_many and field.null:
        many = many.replace("||", "o|")
    return f"    {model.__name__} {many} {field.related_model.__name__} : {field.name}"


def document() -> str:
    """Return the whole document."""
    parts = [HEAD]
    for title, labels in ROOMS:
        parts.append(f"\n## {title}\n\n{diagram(labels)}\n")
    return "".join(parts)


def main() -> None:
    """Write the document, or say that it is out of date."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing, leave with 1 when it is out of date"
    )
    check = parser.parse_args().check
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    made = document()
    if not check:
        TARGET.write_text(made, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != made:
        sys.exit("docs/data-model.md is out of date: make data-model")


if __name__ == "__main__":
    main()
