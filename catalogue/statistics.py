"""What the database knows about the sizes of its tables."""

from django.db import connection


def refresh() -> None:
    """Let SQLite count its tables; PostgreSQL does so by itself.

    Without counts SQLite takes the language for a narrow filter and walks every page of the site:
    measured with 20,000 products, 6 ms for each of five queries instead of 0.2. Takes 0.1 s there.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
