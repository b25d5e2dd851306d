"""The pages of companies: their list, one of them, and changing one."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from nps_project.accounts.models import Role
from nps_project.accounts.permissions import StaffRequest, manager_required, viewer_required
from nps_project.common.paging import COUNT_LIMIT, BadKey, address, bounded_count, page, read_id
from nps_project.common.text import TextField
from nps_project.web import form_submissions
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form
from surveys.contacts.companies.services import (
    CompanyTaken,
    companies_for,
    figures_of,
    save_company,
    sees_whole_companies,
)
from surveys.contacts.contact_filter import listed_for
from surveys.contacts.forms import zone_field
from surveys.models import Company

SHOWN = 50  # contacts on the page of a company, the newest


class CompanyForm(forms.Form):
    """What is known of a company as a whole."""

    name = TextField(label=gettext_lazy("Name"), max_length=200)
    value = forms.DecimalField(
        label=gettext_lazy("Value a year"), max_digits=14, decimal_places=2, min_value=0, required=False,
        help_text=gettext_lazy("Left empty, it is the sum of what its contacts are worth."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    time_zone = zone_field(gettext_lazy("Not known"))


@viewer_required
@require_safe
def listing(request: StaffRequest) -> HttpResponse:
    """The list of companies by name, 50 a page, with what is counted of each."""
    words, after, faults = request.GET.get("q", "").strip()[:200], request.GET.get("after", ""), []
    rows = companies_for(request.user).annotate(lowered=Lower("name"))
    rows = rows.named(words) if words else rows
    companies = rows
    try:
        last = rows.filter(pk=read_id(after)).values_list("lowered", flat=True).first() if after else None
        if after and last is None:
            raise BadKey(after)
        rows = rows.filter(lowered__gt=last) if after else rows
    except BadKey:
        faults = [_("This page of the companies does not exist. Begin at its first page.")]
        rows = rows.none()
    found, has_more = page(rows.defer("search_vector").order_by("lowered"))
    figures = figures_of(found, request.user)
    context = {
        "room": "contacts",
        "tab": "companies",
        "faults": faults,
        "clear_url": "?",
        "q": words,
        "total": company_words(bounded_count(companies)) if found else "",
        "rows": [(company, figures[company.pk]) for company in found],
        "first_url": address(request.GET) if after else "",
        "more_url": address(request.GET, after=str(found[-1].pk)) if has_more else "",
    }
    return render(request, "surveys/contacts/companies.html", context, status=400 if faults else 200)


def company_words(found: int) -> str:
    """A count as the page says it, bounded by COUNT_LIMIT."""
    if found > COUNT_LIMIT:
        return _("more than %(n)s companies") % {"n": number_format(COUNT_LIMIT, force_grouping=True)}
    return ngettext("%(n)s company", "%(n)s companies", found) % {"n": number_format(found, force_grouping=True)}


def find(request: StaffRequest, company_id: int) -> Company:
    """A company that the reader may see. Raises: Http404."""
    company = companies_for(request.user).filter(pk=company_id).first()
    if company is None:
        raise Http404
    return company


@viewer_required
@require_safe
def show(request: StaffRequest, company_id: int) -> HttpResponse:
    """The page of one company."""
    company = find(request, company_id)
    contacts = listed_for(request.user).filter(company=company).defer("search_vector")
    found, has_more = page(contacts.annotate(recent=0 - F("pk")).order_by("recent"), SHOWN)
    context: dict[str, Any] = {
        "room": "contacts",
        "company": company,
        "figures": figures_of([company], request.user)[company.pk],
        "contacts": found,
        "all_url": f"{reverse('contacts:list')}?{urlencode({'company': company.name})}" if has_more else "",
        "is_whole": (is_whole := sees_whole_companies(request.user)),
        "may_change": is_whole and request.user.is_at_least(Role.MANAGER),
    }
    return render(request, "surveys/contacts/company.html", context)


@manager_required
def edit(request: StaffRequest, company_id: int) -> HttpResponse:
    """Change a company; a new name is written to its contacts, of all teams."""
    company = find(request, company_id)
    if not sees_whole_companies(request.user):
        raise PermissionDenied
    title, url = company.name, reverse("contacts:company", args=[company.pk])
    initial = {"name": company.name, "value": company.value, "time_zone": company.time_zone}
    form = CompanyForm(request.POST or None, initial=initial)
    if is_to_be_saved(request, form):
        try:
            with transaction.atomic():
                if form_submissions.is_first(request):
                    save_company(company, form.cleaned_data)
                else:
                    form_submissions.say_twice(request)
        except CompanyTaken:
            form.add_error("name", _("Another company has this name."))
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("%(company)s is saved.") % {"company": form.cleaned_data["name"]})
            return redirect(url)
    return render_form(
        request, form, title=title, here="companies", room="contacts", template="surveys/contacts/form.html",
        submit=_("Save the company"), cancel=url, crumb=_("Change"),
        crumbs=[(reverse("contacts:companies"), _("Companies")), (url, title)],
    )  # fmt: skip
