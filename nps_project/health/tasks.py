"""The sweep's sign of life: beat, broker, worker and database all had to work for it."""

from celery import shared_task

from nps_project.health import heartbeats


@shared_task(name="health.sweep_seen")
def sweep_seen() -> None:
    """Say that sweeps run."""
    heartbeats.seen([heartbeats.SWEEP])
