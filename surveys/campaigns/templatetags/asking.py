"""Template tags for asking."""

from typing import Any

from django import template

from nps_project.accounts.models import Role
from surveys.campaigns.of_contacts.decisions import of_contact, planned_for
from surveys.campaigns.of_contacts.phone_form import PhoneAnswerForm, form_context, surveys_to_ask
from surveys.models import Contact

register = template.Library()


@register.inclusion_tag("surveys/asking/_decisions.html", takes_context=True)
def decisions_about(context: template.Context, contact: Contact) -> dict[str, Any]:
    """The table of what was decided about asking this contact, as far as the reader may see it; one query."""
    return {"decisions": of_contact(contact, context["request"].user)}


@register.inclusion_tag("surveys/asking/_planned.html", takes_context=True)
def planned_about(context: template.Context, contact: Contact) -> dict[str, Any]:
    """The table of mails that this contact is still to get, as far as the reader may see them; one query."""
    return {"planned": planned_for(contact, context["request"].user)}


@register.inclusion_tag("surveys/asking/_by_phone.html", takes_context=True)
def answer_by_phone(context: template.Context, contact: Contact) -> dict[str, Any]:
    """The form for what this contact says on the phone, where the reader may ask and a survey is live; two queries."""
    user = context["request"].user
    surveys = surveys_to_ask(user) if user.is_at_least(Role.AGENT) else []
    return form_context(contact, surveys, PhoneAnswerForm(surveys=surveys)) if surveys else {}
