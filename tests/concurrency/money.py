"""Money under pressure, run as `python -m tests.concurrency.money`; prints what came of each race."""

# ruff: noqa: E402 - Django must be set up before its models are imported
import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.concurrency.money_settings")

import django

django.setup()

from django.core.management import call_command

from tests.concurrency.money_controls import CONTROLS
from tests.concurrency.money_races import RACES
from tests.concurrency.stripe_races import RACES as STRIPE_RACES
from tests.concurrency.tick_races import RACES as TICK_RACES
from tests.factories import make_home
from tests.shop import make_market


def main() -> None:
    """Make the shop and run everything."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    make_home()
    make_market()
    races = [*RACES, *STRIPE_RACES, *TICK_RACES, *CONTROLS]
    print(json.dumps({race.__name__: race() for race in races}))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
