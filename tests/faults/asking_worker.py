"""`python -m tests.faults.asking_worker`: one more worker that asks and sends without a pause, to be killed."""

import time
from contextlib import suppress

import django
from django.db import Error, connection
from django.utils import timezone


def main() -> None:
    django.setup()
    from nps_project.deliveries import sending
    from surveys.campaigns import tasks

    while True:
        with suppress(Error):  # the database is gone just now
            tasks.go_on(timezone.now())
            sending.send_due(timezone.now())
        connection.close()
        time.sleep(0.3)


if __name__ == "__main__":
    main()
