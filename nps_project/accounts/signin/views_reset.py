"""A forgotten password: asking for the link, and using it. A GET of the link changes nothing: mail scanners open it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from nps_project.accounts.signin import resets
from nps_project.accounts.signin.forms import ForgotForm, NewPasswordForm
from nps_project.accounts.signin.throttle import login_limit
from nps_project.web.proxies import client
from nps_project.web.setup_pages import add_faults


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether or not somebody has this address."""
    form = ForgotForm(request.POST or None)
    if request.method != "POST":
        return render(request, "accounts/signin/forgot.html", {"form": form})
    if not form.is_valid():
        return render(request, "accounts/signin/forgot.html", {"form": form}, status=422)
    email = form.cleaned_data["email"]
    if login_limit.allows_reset(email=email, address=client(request)):
        resets.ask(email)
    return render(request, "accounts/signin/forgot_sent.html", {"email": email})


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password; the second factor is still asked for at the next sign-in."""
    user = resets.owner(token)
    if user is None:
        return render(request, "accounts/signin/reset_over.html", status=404)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = resets.use(token, form.cleaned_data["password"])
        except ValidationError as error:
            add_faults(form, ValidationError({"password": error.messages}))
        else:
            if saved is None:
                return render(request, "accounts/signin/reset_over.html", status=404)
            messages.success(request, _("Your new password is set. Sign in with it."))
            return redirect("accounts:login")
    faulty = form.is_bound and bool(form.errors)
    return render(request, "accounts/signin/reset.html", {"form": form, "person": user}, status=422 if faulty else 200)
