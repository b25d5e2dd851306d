"""Forgetting what is over."""

from celery import shared_task
from django.utils import timezone

from nps_project.web import form_submissions


@shared_task(name="web.forget_form_submissions")
def forget_form_submissions() -> None:
    """A form is known for a day."""
    form_submissions.forget(timezone.now())
