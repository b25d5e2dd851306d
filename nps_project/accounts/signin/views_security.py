"""One's own sessions and second factor; and an admin's help for a colleague who lost the phone."""

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nps_project.accounts.models import User
from nps_project.accounts.permissions import StaffRequest, admin_required, viewer_required
from nps_project.accounts.signin import second_factor, sessions
from nps_project.accounts.signin.throttle import login_limit, remember_device

NEW_SECRET = "new_second_factor"  # noqa: S105  what is signed, not a secret
SECRET_GOOD_FOR_S = 3600
CODES_ONCE = "recovery_codes"
OTHERS = "others"


@never_cache
@viewer_required
def security(request: StaffRequest) -> HttpResponse:
    """Where one is signed in, and whether a code is asked for; four queries."""
    user = request.user
    is_on = second_factor.is_on(user)
    rows = [
        (row, sessions.in_words(row.agent), sessions.name_of(row), row.session_key == request.session.session_key)
        for row in sessions.sessions_of(user)
    ]
    context = {
        "title": _("Sign-in and security"),
        "sessions": rows,
        "is_on": is_on,
        "codes_left": second_factor.codes_left(user) if is_on else 0,
        "codes": request.session.pop(CODES_ONCE, None),
    }
    return render(request, "accounts/signin/security.html", context)


@require_POST
@viewer_required
def end_session(request: StaffRequest, name: str) -> HttpResponse:
    """End one of the own sessions, or all the others."""
    own = request.session.session_key
    ended = sessions.end_sessions(request.user, but=own, only=None if name == OTHERS else name)
    messages.success(request, ngettext("%d session is ended.", "%d sessions are ended.", ended) % ended)
    return redirect("accounts_setup:security")


def _secret_of(request: StaffRequest) -> str | None:
    """The one that the page showed: it travels in the form, signed, so that looking at the page changes nothing."""
    try:
        owner, secret = signing.loads(request.POST.get("key", ""), salt=NEW_SECRET, max_age=SECRET_GOOD_FOR_S)
    except signing.BadSignature:
        return None
    return str(secret) if owner == request.user.pk else None


def _session(request: StaffRequest) -> str:
    """What has a budget of its own here: guesses at the door keep nobody who is in from changing this."""
    return f"session {request.session.session_key}"


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@viewer_required
def second_factor_on(request: StaffRequest) -> HttpResponse:
    """Scan, type the first code, and keep the recovery codes."""
    user = request.user
    secret = _secret_of(request) or second_factor.make_secret()
    faults: dict[str, str] = {}
    if request.method == "POST":
        if not login_limit.allows_code(user, _session(request)):
            faults["code"] = _("These were many tries. Wait a while, then try again.")
        elif not user.check_password(request.POST.get("password", "")):
            faults["password"] = _("That is not the password of now.")
        elif not second_factor.fits(secret, request.POST.get("code", "")):
            faults["code"] = _("That is not the code of now. Look at the app, and type the six digits that it shows.")
        else:
            request.session[CODES_ONCE] = second_factor.switch_on(user, secret)
            sessions.end_sessions(user, but=request.session.session_key)
            messages.success(request, _("From now on signing in asks for a code."))
            response = redirect("accounts_setup:security")
            remember_device(response, user)  # it showed the code just now
            return response
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    context = {
        "title": _("A code from your phone"),
        "picture": second_factor.picture(user, secret),
        "secret": grouped,
        "signed": signing.dumps([user.pk, secret], salt=NEW_SECRET),
        "faults": faults,
    }
    return render(request, "accounts/signin/second_factor.html", context, status=422 if faults else 200)


@sensitive_post_parameters("password")
@require_POST
@viewer_required
def second_factor_change(request: StaffRequest) -> HttpResponse:
    """Switch it off, or make new recovery codes: with the password, so that a borrowed browser cannot."""
    user = request.user
    if not login_limit.allows_code(user, _session(request)) or not user.check_password(
        request.POST.get("password", "")
    ):
        messages.error(request, _("That is not the password of now. Nothing was changed."))
    elif request.POST.get("do") == "codes" and second_factor.is_on(user):
        request.session[CODES_ONCE] = second_factor.new_codes(user)
        messages.success(request, _("These are your new recovery codes. The old ones are good for nothing."))
    elif request.POST.get("do") == "off" and second_factor.switch_off(user):
        messages.success(request, _("Your password alone is enough again."))
    return redirect("accounts_setup:security")


@require_POST
@admin_required
def person_sessions(request: StaffRequest, pk: int) -> HttpResponse:
    """End all sessions of a colleague."""
    person = get_object_or_404(User, pk=pk, is_service=False)
    but = request.session.session_key if person.pk == request.user.pk else None
    ended = sessions.end_sessions(person, but=but)
    messages.success(request, ngettext("%d session is ended.", "%d sessions are ended.", ended) % ended)
    return redirect("accounts_setup:person_edit", pk=pk)


@require_POST
@admin_required
def person_second_factor(request: StaffRequest, pk: int) -> HttpResponse:
    """Switch off the second factor of a colleague who lost the phone and the codes."""
    person = get_object_or_404(User, pk=pk, is_service=False)
    if second_factor.switch_off(person):
        messages.success(request, _("Signing in asks %(person)s for the password alone.") % {"person": person})
    return redirect("accounts_setup:person_edit", pk=pk)
