"""Oscar's migrations, with ours behind them: ours are numbered from 1000."""

from oscar.apps.catalogue import migrations as oscar_migrations

__path__ = [*__path__, *oscar_migrations.__path__]
