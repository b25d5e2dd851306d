"""Find models of this product that no migration makes, also in an app that has none yet, migrations that stand in the
way of answers (migration_rules.py), and a baseline that others made than those it names. Asks no database."""

import os
import sys
import warnings
from pathlib import Path

import catalogs
import django
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    django.setup()
    # Named one by one: makemigrations passes over an app without a migrations folder unless it is asked for.
    own = [
        app.label for app in apps.get_app_configs() if app.models_module and app.name.split(".")[0] in catalogs.ROOMS
    ]
    with warnings.catch_warnings():
        # Django would also compare with the history applied to a database, and warns when there is none to ask.
        warnings.filterwarnings("ignore", "Got an error checking a consistent migration history", RuntimeWarning)
        call_command("makemigrations", *own, check_changes=True, dry_run=True)  # exits 1 when something is missing
    import migration_rules  # beside this file; it asks for set-up apps

    from nps_project.operations import baseline

    found = migration_rules.judge(MigrationLoader(None), own)
    shipped = baseline.read()
    if shipped.digest != baseline.digest_of(shipped.migrations):
        found.append("nps_project/operations/baseline.sql was written from other migrations than these: make baseline")
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
