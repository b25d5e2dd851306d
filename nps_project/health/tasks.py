"""The sweeps' heartbeat, for which beat, broker, worker and database must all work."""

from celery import shared_task

from nps_project.health import heartbeats


@shared_task(name="health.sweep_seen")
def sweep_seen() -> None:
    """Write the heartbeat of the sweeps; beat sends it each minute."""
    heartbeats.seen([heartbeats.SWEEP])
