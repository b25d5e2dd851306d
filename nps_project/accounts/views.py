"""Signing in and out."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nps_project.accounts import services
from nps_project.accounts.forms import LoginForm
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.accounts.throttle import login_limit


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
        return render(request, "accounts/login.html", {"form": LoginForm(), "next": wanted})
    form = LoginForm(request.POST)
    fault, status = _("Type your e-mail address and your password."), 422
    if form.is_valid():
        email = form.cleaned_data["email"]
        if not login_limit.allows(email=email, address=request.META.get("REMOTE_ADDR", "")):
            fault, status = _("These were many tries. Wait a minute, then try again."), 429
        else:
            user = authenticate(request, username=email, password=form.cleaned_data["password"])
            if user is not None:
                login(request, user)
                return HttpResponseRedirect(safe_next(request, wanted))
            fault = _("That address and password do not belong together. Check both and try again.")
    response = render(request, "accounts/login.html", {"form": form, "next": wanted, "fault": fault}, status=status)
    if status == 429:
        response["Retry-After"] = "60"
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; nothing is kept in it."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
@viewer_required
def preferences(request: StaffRequest) -> HttpResponse:
    """The language switch in the menu."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        services.update_me(request.user, {"language": language})
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))


@never_cache
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The raw records have no login of their own; a member without the right is told so."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    wanted = request.GET.get("next", "/admin/")
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': wanted})}")
