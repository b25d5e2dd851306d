"""Views of signing in, its second step, and signing out."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nps_project.accounts.models import User
from nps_project.accounts.signin import second_factor
from nps_project.accounts.signin.forms import LoginForm
from nps_project.accounts.signin.throttle import known_device, login_limit, remember_device
from nps_project.web.kept_forms import keeping
from nps_project.web.proxies import client

HALF_WAY = "second_step"  # in the session of whoever gave the password and not yet the code
HALF_WAY_FOR = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def safe_next(request: HttpRequest, wanted: str) -> str:
    """The wanted address when it is one of this site, else the desk's."""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else settings.LOGIN_REDIRECT_URL


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One form, one message for every wrong pair; an unknown address takes as long as a wrong password."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(safe_next(request, wanted))
        is_kept = bool(keeping.token_in(wanted.partition("?")[2]))
        return render(request, "accounts/signin/login.html", {"form": LoginForm(), "next": wanted, "is_kept": is_kept})
    form = LoginForm(request.POST)
    fault, status = _("Type your e-mail address and your password."), 422
    if form.is_valid():
        email, address = form.cleaned_data["email"], client(request)
        counted = login_limit.begin(email=email, address=address, known=known_device(request, email))
        if counted is None:
            fault, status = _("These were many tries. Wait a minute, then try again."), 429
        else:
            user = authenticate(request, username=email, password=form.cleaned_data["password"])
            if isinstance(user, User):
                login_limit.forgive(counted)
                return _password_was_right(request, user, safe_next(request, wanted))
            fault = _("That address and password do not belong together. Check both and try again.")
    response = render(
        request, "accounts/signin/login.html", {"form": form, "next": wanted, "fault": fault}, status=status
    )
    if status == 429:
        response["Retry-After"] = "60"
    return response


def _password_was_right(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    """Sign in, or go on to the second step, until which the session belongs to nobody."""
    if not second_factor.is_on(user):
        return finish(request, user, wanted)
    request.session.flush()
    request.session[HALF_WAY] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": (timezone.now() + HALF_WAY_FOR).timestamp(),
        "next": wanted,
    }
    return redirect("accounts:code")


def finish(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    """Begin the session, under a new key, and know this browser again.

    Nobody has chosen a language for the first admin yet: theirs is the one that this page is read in.
    """
    if user.last_login is None and not User.objects.people().exclude(pk=user.pk).exists():
        User.objects.filter(pk=user.pk).update(language=translation.get_language())
    login(request, user, backend=BACKEND)
    response = HttpResponseRedirect(wanted)
    remember_device(response, user)
    return response


def _half_way(request: HttpRequest) -> User | None:
    """The person who gave the password in the last minutes; None when it was changed since."""
    pending = request.session.get(HALF_WAY)
    if not pending or pending["until"] < timezone.now().timestamp():
        return None
    user = User.objects.people().filter(pk=pending["user"]).first()
    return user if user is not None and user.get_session_auth_hash() == pending["hash"] else None


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: the digits of the app, or a recovery code."""
    user = _half_way(request)
    if user is None:
        return redirect(settings.LOGIN_URL)
    fault, status = "", 200
    if request.method == "POST":
        # A browser that was known before the second factor came may be that of somebody who has but the password.
        known = known_device(request, user.email, second_factor.on_since(user))
        if not login_limit.allows_code(user, known):
            fault, status = _("These were many tries. Wait a while, then try again."), 429
        elif second_factor.check(user, request.POST.get("code", "")):
            return finish(request, user, safe_next(request, request.session[HALF_WAY]["next"]))
        else:
            fault, status = (
                _("That is not the code of now. Each code works once: wait for the next, then type it."),
                422,
            )
    return render(request, "accounts/signin/code.html", {"fault": fault}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; nothing is kept in it."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Send strangers of /admin/ to the login; a member without the right gets 403."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    wanted = request.GET.get("next", "/admin/")
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': wanted})}")
