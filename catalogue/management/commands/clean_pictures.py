"""Takes place and camera out of pictures that are stored already; may be run again at any time."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from catalogue import stored_pictures


class Command(BaseCommand):
    help = "Take place and camera out of the pictures that were stored before uploads were freed of them."

    def handle(self, **_options: Any) -> None:
        cleaned = 0
        for row, field in stored_pictures.stored_pictures():
            with transaction.atomic():
                cleaned += stored_pictures.clean(row, field)
        self.stdout.write(f"{cleaned} pictures cleaned")
