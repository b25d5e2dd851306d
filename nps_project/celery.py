"""The Celery application; schedules stand in beat.py."""

import os

from celery import Celery

from nps_project.beat import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")

app = Celery("nps_project", task_cls="nps_project.lanes:LaneTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
