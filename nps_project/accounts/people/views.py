"""Set-up of people, teams and API keys, and everybody's own settings."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from nps_project.accounts import keys, passwords
from nps_project.accounts.models import ApiKey, Team, User
from nps_project.accounts.people import leaving, services
from nps_project.accounts.people.forms import HandOverForm, KeyForm, MeForm, PersonForm, TeamForm
from nps_project.accounts.permissions import StaffRequest, admin_required, viewer_required
from nps_project.accounts.signin import second_factor
from nps_project.accounts.signin.views import BACKEND, safe_next
from nps_project.web import form_submissions
from nps_project.web.kept_forms.middleware import taken
from nps_project.web.setup_pages import add_faults, is_to_be_saved, render_form


@never_cache
@sensitive_post_parameters("password", "new_password")
@viewer_required
def me(request: StaffRequest) -> HttpResponse:
    """One's own name, language, zone and password."""
    user = User.objects.get(pk=request.user.pk)
    form = MeForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        kept = MeForm.Meta.fields
        changes = {name: form.cleaned_data[name] for name in kept if name in form.cleaned_data}
        password = form.cleaned_data["new_password"]
        saved = services.update_me(request.user, changes, password=password)
        if password:  # every session has ended, this one too: it begins anew
            login(request, saved, backend=BACKEND)
        messages.success(request, _("Your settings are saved."))
        return redirect("accounts_setup:me")
    faulty = form.is_bound and bool(form.errors)
    context = {"form": form, "faulty": faulty, "title": _("Your settings")}
    return render(request, "accounts/people/me.html", context, status=422 if faulty else 200)


@admin_required
def people(request: StaffRequest) -> HttpResponse:
    """The list of people, with their teams and the work of those who were switched off; three queries."""
    rows = User.objects.filter(is_service=False).order_by("-is_active", "name", "email").prefetch_related("teams")
    left = leaving.counts([person.pk for person in rows if not person.is_active])
    people = [(person, left.get(person.pk, 0)) for person in rows]
    context = {"room": "setup", "here": "people", "title": _("People"), "people": people}
    return render(request, "accounts/people/people.html", context)


@never_cache
@admin_required
def person_new(request: StaffRequest) -> HttpResponse:
    """Invite somebody: the made-up password is shown once, on the page that answers."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person, password = services.invite(
                email=data["email"],
                name=data["name"],
                role=data["role"],
                all_teams=data["all_teams"],
                teams=data.get("teams") or (),
                language=data["language"],
            )
        except ValidationError as error:
            add_faults(form, error)
        else:
            return _show_password(request, person, password)
    return render_form(
        request,
        form,
        title=_("Add a person"),
        here="people",
        submit=_("Add the person"),
        cancel=reverse("accounts_setup:people"),
        crumbs=[(reverse("accounts_setup:people"), _("People"))],
    )


def _show_password(request: StaffRequest, person: User, password: str) -> HttpResponse:
    context = {
        "room": "setup",
        "here": "people",
        "title": str(person),
        "label": _("Password of %(email)s") % {"email": person.email},
        "secret": password,
        "warning": _("This password is shown only now. Hand it over in person; it can be changed at Your settings."),
        "back": reverse("accounts_setup:people"),
        "crumbs": [(reverse("accounts_setup:people"), _("People"))],
    }
    return taken(render(request, "setup/once.html", context))


@never_cache
@admin_required
def person_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a person; the last admin stays one."""
    person = get_object_or_404(User, pk=pk, is_service=False)
    title = str(person)
    form = PersonForm(request.POST or None, instance=person)
    if is_to_be_saved(request, form):
        data = dict(form.cleaned_data)
        teams = data.pop("teams", None)
        try:
            services.update_person(person, data, teams=teams)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("%(person)s is saved.") % {"person": data["name"] or data["email"]})
            leaves_work = not data["is_active"] and leaving.counts([pk])
            return redirect("accounts_setup:person_work", pk) if leaves_work else redirect("accounts_setup:people")
    return render_form(
        request,
        form,
        title=title,
        here="people",
        submit=_("Save the person"),
        cancel=reverse("accounts_setup:people"),
        crumbs=[(reverse("accounts_setup:people"), _("People"))],
        template="accounts/people/person.html",
        person=person,
        has_second_factor=second_factor.is_on(person),
        open_work=leaving.counts([pk]).get(pk, 0),
    )


@admin_required
def person_work(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand over the open tickets of a person who is switched off; asked again while there are any."""
    person = get_object_or_404(User, pk=pk, is_service=False)
    left = leaving.counts([pk]).get(pk, 0)
    form = HandOverForm(request.POST if request.method == "POST" else None, person=person)
    if not left:
        return redirect("accounts_setup:people")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = leaving.hand_over(person, by=request.user, owner=data["owner"], team=data["team"])
        words = ngettext("%(n)d ticket is handed over.", "%(n)d tickets are handed over.", given)
        messages.success(request, words % {"n": given})
        return redirect("accounts_setup:person_work", pk)  # which asks again while there are more
    lead = ngettext(
        "%(person)s has %(n)d open ticket. Where does it go?",
        "%(person)s has %(n)d open tickets. Where do they go?",
        left,
    )
    return render_form(
        request,
        form,
        title=_("Hand over the tickets of %(person)s") % {"person": person},
        lead=lead % {"person": person, "n": left},
        here="people",
        submit=_("Hand them over"),
        cancel=reverse("accounts_setup:people"),
        crumbs=[(reverse("accounts_setup:people"), _("People"))],
    )


@require_POST
@never_cache
@admin_required
def person_password(request: StaffRequest, pk: int) -> HttpResponse:
    """A new password for somebody who lost theirs, shown once."""
    person = get_object_or_404(User, pk=pk, is_service=False)
    password = passwords.new_password(person)
    if person.pk == request.user.pk:
        person.refresh_from_db()
        login(request, person, backend=BACKEND)
    return _show_password(request, person, password)


@admin_required
def teams(request: StaffRequest) -> HttpResponse:
    """Teams with leads and sizes; one query."""
    rows = Team.objects.select_related("lead").order_by("name")
    rows = rows.annotate(size=Count("members", filter=Q(members__is_active=True)))
    context = {"room": "setup", "here": "teams", "title": _("Teams"), "teams": rows}
    return render(request, "accounts/people/teams.html", context)


@admin_required
def team_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Make or change a team."""
    team = get_object_or_404(Team, pk=pk) if pk is not None else Team()
    title = team.name or _("Make a team")
    form = TeamForm(request.POST or None, instance=team)
    if is_to_be_saved(request, form, is_new=pk is None):
        data = form.cleaned_data
        try:
            services.save_team(team, name=data["name"], lead=data["lead"], members=data["members"])
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("%(team)s is saved.") % {"team": data["name"]})
            return redirect("accounts_setup:teams")
    return render_form(
        request,
        form,
        title=title,
        here="teams",
        submit=_("Save the team"),
        cancel=reverse("accounts_setup:teams"),
        crumbs=[(reverse("accounts_setup:teams"), _("Teams"))],
    )


@admin_required
def key_list(request: StaffRequest) -> HttpResponse:
    """Keys of programs, the live ones first; one query."""
    rows = ApiKey.objects.select_related("survey").order_by("-revoked_at", "name", "pk")
    context = {"room": "setup", "here": "keys", "title": _("API keys"), "keys": rows}
    return render(request, "accounts/people/keys.html", context)


@never_cache
@admin_required
def key_new(request: StaffRequest) -> HttpResponse:
    """Make a key, shown once, on the page that answers."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        survey_id = data["survey"].pk if data["survey"] else None
        with transaction.atomic():
            if not form_submissions.is_first(request):
                messages.warning(
                    request,
                    _("This form was sent twice, and one key was made. It was shown the first time; if you did not see "
                      "it, revoke it and make another."),
                )  # fmt: skip
                return redirect("accounts_setup:keys")
            row, key = keys.create_api_key(name=data["name"], scope=data["scope"], survey_id=survey_id)
        context = {
            "room": "setup",
            "here": "keys",
            "title": row.name,
            "label": _("API key"),
            "secret": key,
            "warning": _("This key is shown only now. Store it where the program finds it, and nowhere else."),
            "back": reverse("accounts_setup:keys"),
            "crumbs": [(reverse("accounts_setup:keys"), _("API keys"))],
        }
        return taken(render(request, "setup/once.html", context))
    return render_form(
        request,
        form,
        title=_("Make an API key"),
        here="keys",
        submit=_("Make the key"),
        cancel=reverse("accounts_setup:keys"),
        crumbs=[(reverse("accounts_setup:keys"), _("API keys"))],
    )


@require_POST
@admin_required
def key_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    """End a key at once."""
    row = get_object_or_404(ApiKey, pk=pk)
    keys.revoke_api_key(row)
    messages.success(request, _("The key %(name)s is revoked.") % {"name": row.name})
    return redirect("accounts_setup:keys")


@require_POST
@viewer_required
def preferences(request: StaffRequest) -> HttpResponse:
    """The language switch in the menu."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        services.update_me(request.user, {"language": language})
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))
