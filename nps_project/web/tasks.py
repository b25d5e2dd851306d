"""Tasks that delete old rows."""

from celery import shared_task
from django.utils import timezone

from nps_project.web import form_submissions


@shared_task(name="web.forget_form_submissions")
def forget_form_submissions() -> None:
    """Delete forms that were sent more than a day ago."""
    form_submissions.forget(timezone.now())
