"""Put back when customers were last asked, once the mail that was to ask them surely never left."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from nps_project.deliveries.models import Delivery, Status
from surveys.campaigns.mail_keys import about
from surveys.models import Contact, Invitation

NEVER_LEFT = (Status.CANCELLED, Status.FAILED, Status.SUPPRESSED)


@transaction.atomic
def give_back(invitation_ids: Sequence[int]) -> None:
    """Those of these whose mails all ended without leaving: their customers are as if not asked, unless somebody asked
    them since. A second time changes nothing. The invitations are locked; their people are locked here.

    `asked_at` of an invitation stays; one that waits again is judged by the rules again (running/services.py).
    """
    asked = dict(
        Invitation.objects.filter(pk__in=invitation_ids, asked_at__isnull=False, sent_at=None).values_list(
            "pk", "contact"
        )
    )
    mails = Delivery.objects.filter(about__in=[about(pk) for pk in asked]).values_list("about", "status")
    ended = {name for name, status in mails if status in NEVER_LEFT}
    ended.difference_update(name for name, status in mails if status not in NEVER_LEFT)
    gone = {pk: contact_id for pk, contact_id in asked.items() if about(pk) in ended}
    if not gone:
        return
    people = Contact.objects.filter(pk__in=gone.values())
    list(people.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    this = Invitation.objects.filter(pk__in=gone, contact=OuterRef("pk"), asked_at=OuterRef("last_asked_at"))
    before = this.order_by("asked_before").values("asked_before")[:1]
    last = Invitation.objects.filter(pk__in=gone, asked_at=F("contact__last_asked_at")).values("contact")
    people.filter(pk__in=last).update(last_asked_at=Subquery(before))
