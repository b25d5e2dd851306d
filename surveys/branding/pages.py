"""/setup/branding/: the company's colours, the sender's name and its logos."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nps_project.accounts.permissions import StaffRequest, admin_required
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form
from surveys.branding import services
from surveys.branding.colours import LEAST_CONTRAST
from surveys.branding.forms import BrandingForm
from surveys.branding.look import look_of
from surveys.branding.models import Branding, LogoKind
from surveys.models import Survey

SURVEYS_SHOWN = 50


@admin_required
def branding(request: StaffRequest) -> HttpResponse:
    """The form, what becomes of the colours on light and on dark, and the logos."""
    form = BrandingForm(request.POST or None, instance=Branding.current())
    if is_to_be_saved(request, form):
        try:
            services.save_branding(form.cleaned_data)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("It is saved. Pages and mails show it from now on."))
            return redirect("branding_setup:branding")
    return _page(request, form)


@admin_required
@require_POST
def logo(request: StaffRequest) -> HttpResponse:
    """Take the logo that was uploaded, or say beside its field what is wrong with it."""
    given = request.FILES.get("logo")
    try:
        if given is None:
            raise ValidationError({"logo": _("Choose a file: a PNG or an SVG of at most 32 KiB.")})
        services.save_logo(given.read())
    except ValidationError as error:
        return _page(request, BrandingForm(instance=Branding.current()), logo_faults=error.messages)
    messages.success(request, _("The logo is saved. Pages and mails show it from now on."))
    return redirect("branding_setup:branding")


@admin_required
@require_POST
def remove(request: StaffRequest, kind: str) -> HttpResponse:
    """Show a logo no more."""
    if kind not in LogoKind.values:
        raise Http404
    services.remove_logo(LogoKind(kind))
    messages.success(request, _("The logo is shown no more. Mails that were sent keep it."))
    return redirect("branding_setup:branding")


def _page(request: StaffRequest, form: BrandingForm, logo_faults: list[str] | None = None) -> HttpResponse:
    stored = Branding.current()
    look = look_of(stored)
    tones = [
        (name, tone)
        for name, given, tone in (
            (_("First colour"), stored.accent, look.accent),
            (_("Second colour"), stored.second, look.second),
        )
        if given and tone
    ]
    return render_form(
        request,
        form,
        title=_("Branding"),
        here="branding",
        submit=_("Save"),
        cancel=reverse("surveys_setup:index"),
        template="surveys/branding/branding.html",
        also_faulty=bool(logo_faults),
        logo_faults=logo_faults or [],
        tones=tones,
        least=LEAST_CONTRAST,
        png=stored.png,
        svg=stored.svg,
        look=look,
        surveys=Survey.objects.order_by("name", "pk")[:SURVEYS_SHOWN],
    )
