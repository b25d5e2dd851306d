"""`python -m tests.faults.verdict LEDGER`: what is stored, against what was promised. Prints one line of JSON.

Runs as a program of the product, after its sweeps: `counts` of what there is, `faults`, empty when all promises hold.
"""

import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import django


def stored() -> dict[str, list[tuple[int, str]]]:
    """By marker: (score, comment) of each row."""
    from surveys.models import Response

    found: dict[str, list[tuple[int, str]]] = {}
    for score, comment in Response.objects.exclude(comment="").values_list("score", "comment").iterator():
        found.setdefault(comment.partition("|")[0], []).append((score, comment))
    return found


def answers_kept(told: list[dict[str, Any]]) -> list[str]:
    """Each acknowledged answer once, with its last acknowledged content or a later one; the others at most once."""
    faults, rows = [], stored()
    for answer in told:
        kept = rows.get(answer["marker"], [])
        if len(kept) > 1:
            faults.append(f"{answer['marker']} is stored {len(kept)} times")
        if answer["acknowledged"] >= 0:
            contents = [(score, f"{answer['marker']}|{number}") for score, number in answer["sent"]]
            if not kept:
                faults.append(f"{answer['marker']} was thanked for and is not stored")
            elif kept[0] not in contents[answer["acknowledged"] :]:
                faults.append(f"{answer['marker']} is {kept[0]}, acknowledged was {contents[answer['acknowledged']]}")
    return faults


def notes_kept(told: list[dict[str, Any]]) -> list[str]:
    """Each acknowledged note once, the others at most once."""
    from followup.models.activity import ActivityText

    counts = Counter(ActivityText.objects.filter(text__startswith="note").values_list("text", flat=True))
    return [
        f"{note['marker']} is written {counts[note['marker']]} times"
        for note in told
        if counts[note["marker"]] > 1 or (note["is_acknowledged"] and counts[note["marker"]] != 1)
    ]


def tickets_right() -> list[str]:
    """One ticket for each detractor, its deadline counted from the answer; none for others who never were one."""
    from followup.models import Ticket
    from surveys.models import Response

    faults = [
        f"answer {pk} waits for its follow-up to be decided"
        for pk in Response.objects.unprocessed().values_list("pk", flat=True)[:20]
    ]
    without = Response.objects.filter(score__lte=6, state="confirmed", ticket=None)
    faults += [f"answer {pk} has no ticket" for pk in without.values_list("pk", flat=True)[:20]]
    calm = Ticket.objects.filter(response__changes=None, is_by_hand=False, first_contact_due_at__isnull=False)
    for ticket in calm.select_related("response", "play").iterator(chunk_size=500):
        if ticket.play.hours is None:
            faults.append(f"ticket {ticket.pk} has a deadline and its play has none")
        elif ticket.first_contact_due_at != ticket.response.answered_at + timedelta(hours=ticket.play.hours):
            faults.append(f"ticket {ticket.pk} is due {ticket.first_contact_due_at}")
    return faults


def stages_once() -> list[str]:
    """Each warning, escalation and level of a deadline once in the history, and one mail a person."""
    from followup.models import Activity, ActivityKind
    from nps_project.deliveries.models import Delivery

    entries = Activity.objects.filter(kind__in=[ActivityKind.WARNED, ActivityKind.ESCALATED])
    told = Counter(
        (entry.ticket_id, entry.kind, entry.data["deadline"], entry.data.get("level")) for entry in entries.iterator()
    )
    faults = [f"ticket {ticket} was {kind} {n} times" for (ticket, kind, _due, _level), n in told.items() if n > 1]
    mails = Counter(Delivery.objects.values_list("about", "template", "to_address", "dedupe_key"))
    return faults + [f"{key} was queued {count} times" for key, count in mails.items() if count > 1]


def stages_done() -> list[str]:
    """Nobody who is late was forgotten by the sweep."""
    from django.utils import timezone

    from followup.models import Stage, Ticket

    late = Ticket.objects.overdue(timezone.now() - timedelta(minutes=3)).exclude(stage=Stage.OVERDUE)
    return [f"ticket {pk} is late and was not escalated" for pk in late.values_list("pk", flat=True)[:20]]


def figures_right() -> list[str]:
    """Tallies equal a recount, and every chain of history holds."""
    from followup.history import chain
    from followup.models import Ticket
    from surveys import hooks
    from surveys.services import tallies

    faults = [f"a tally differs: {one}" for one in [*tallies.differences(), *hooks.differing_days()]]
    ids = list(Ticket.objects.values_list("pk", flat=True))
    for start in range(0, len(ids), 500):
        faults += [f"history: {fault}" for fault in chain.verify(ids[start : start + 500])]
    return faults


def main() -> None:
    django.setup()
    from followup.models import Activity, Ticket
    from nps_project.deliveries.models import Delivery
    from surveys.models import Response

    told = json.loads(Path(sys.argv[1]).read_text())
    faults = {
        "answers": answers_kept(told["answers"]),
        "notes": notes_kept(told["notes"]),
        "tickets": tickets_right(),
        "stages": stages_once() + stages_done(),
        "figures": figures_right(),
    }
    kinds = Counter(Activity.objects.values_list("kind", flat=True))
    counts = {
        "stored": Response.objects.count(), "tickets": Ticket.objects.count(), "entries": sum(kinds.values()),
        "warned": kinds["warned"], "escalated": kinds["escalated"], "mails": Delivery.objects.count(),
    }  # fmt: skip
    print(json.dumps({"counts": counts, "faults": faults}))


if __name__ == "__main__":
    main()
