"""/contacts/<id>/answer/: keep what a customer says on the phone."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nps_project.accounts.permissions import StaffRequest, agent_required
from nps_project.web import form_submissions
from surveys.campaigns.of_contacts.phone_form import (
    PhoneAnswerForm,
    form_context,
    language_for,
    surveys_to_ask,
    texts_for,
)
from surveys.contacts.pages import find
from surveys.services.phone_answers import record_by_phone
from surveys.services.responses import NewAnswer, Origin


@agent_required
def answer(request: StaffRequest, contact_id: int) -> HttpResponse:
    """The form of the contact's page on a page of its own; that page's form comes here, too."""
    contact = find(request, contact_id)
    surveys = surveys_to_ask(request.user)
    if not surveys:
        messages.info(request, _("No survey is live, so there is nothing to answer."))
        return redirect("contacts:contact", contact.pk)
    form = PhoneAnswerForm(request.POST or None, surveys=surveys)
    if request.method == "POST" and form.is_valid():
        survey = form.surveys[form.cleaned_data["survey"]]
        texts = texts_for(contact, survey)
        with transaction.atomic():
            if form_submissions.is_first(request):
                record_by_phone(
                    survey=survey,
                    answer=NewAnswer(score=form.cleaned_data["score"], comment=form.cleaned_data["comment"]),
                    origin=Origin(
                        channel="phone",
                        language=language_for(contact, survey),
                        contact_id=contact.pk,
                        texts_id=texts.pk if texts else None,
                        traits=contact.traits,
                    ),
                    by=request.user,
                )
                messages.success(request, _("The answer of %(contact)s is saved.") % {"contact": contact})
            else:
                form_submissions.say_twice(request)
        return redirect("contacts:contact", contact.pk)
    context = {"room": "contacts", "faulty": form.is_bound, **form_context(contact, surveys, form)}
    return render(request, "surveys/asking/by_phone.html", context, status=422 if form.is_bound else 200)
