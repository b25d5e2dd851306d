"""Workers that nobody waits for leave the processor to the web server and to the worker of fresh answers.

Mails that leave while answers come keep a core busy: where there are two, tickets waited for it.
"""

import os
from typing import Any

from celery.signals import celeryd_after_setup

from nps_project.background import queues

NICE = 5  # a third of the processor's time when others want it, all of it when they do not


def connect() -> None:
    """Yield in each worker without the urgent queue; the app calls it once, in ready()."""
    celeryd_after_setup.connect(_yield, dispatch_uid="yielding")


def _yield(instance: Any, **_kwargs: Any) -> None:
    if queues.URGENT not in instance.app.amqp.queues.consume_from:
        os.nice(NICE)  # its threads, which are begun later, have it from this one
