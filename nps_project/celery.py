"""The Celery application. Each app adds its schedule and bulk tasks in ready()."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
from django.db import close_old_connections

from nps_project.background.broker import outlive_lost_connections
from nps_project.background.schedule import SCHEDULE
from nps_project.operations import database_timeouts, garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")

outlive_lost_connections()
app = Celery("nps_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
# Celery would connect to the database anew for each task, which took longer than opening a ticket.
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize
app.autodiscover_tasks()


@worker_init.connect(dispatch_uid="celery.prepare_worker")
def prepare_worker(**_kwargs: Any) -> None:
    """Give a worker's database connections their timeouts, before its pool starts."""
    database_timeouts.limit_connections(database_timeouts.WORKER)
    garbage.look_less_often()


@task_prerun.connect(dispatch_uid="celery.renew_connections")
@task_postrun.connect(dispatch_uid="celery.renew_connections")
def renew_connections(task: Any, **_kwargs: Any) -> None:
    """Close database connections that are old or broken before and after each task, as Django does around a request."""
    if not task.request.is_eager:
        close_old_connections()
