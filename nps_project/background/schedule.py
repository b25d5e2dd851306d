"""Every schedule. A message that waits longer than its period is dropped: the next one does its work."""

from typing import Any


def _every(task: str, seconds: float) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


SCHEDULE = {
    "open missed tickets": _every("followup.open_missed_tickets", 30),
    "move clocks": _every("followup.move_clocks", 60),
    "give out tickets": _every("followup.give_out_tickets", 60),
    "tell of floods": _every("followup.tell_of_floods", 60),
    "send digests": _every("followup.send_digests", 120),
    "send deliveries": _every("deliveries.send_due", 5),
    "learn what is usual, forget sources": _every("surveys.learn_and_forget", 6 * 3600),
    "go on deciding": _every("surveys.go_on_deciding", 15),
    "forget idempotent requests": _every("api.forget_idempotent_requests", 3600),
    "forget ended sessions": _every("accounts.forget_ended_sessions", 3600),
    "say that the sweeps are alive": _every("health.sweep_seen", 60),
}
