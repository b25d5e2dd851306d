"""Admin pages with the raw records of people, teams and keys; read-only, /setup/ changes them."""

from django.contrib import admin
from django.contrib.auth import admin as _registers_groups  # noqa: F401
from django.contrib.auth.models import Group

from nps_project.accounts.models import ApiKey, Team, User
from nps_project.web.read_only_admin import ReadOnlyAdmin

if admin.site.is_registered(Group):  # by the import above; roles take the place of groups here
    admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = "Winback"


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People and service accounts, without their passwords."""

    list_display = ("email", "name", "role", "is_active", "is_service", "last_login")
    list_filter = ("role", "is_active", "is_service")
    search_fields = ("email", "name")
    exclude = ("password",)


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    """Teams and their members."""

    list_display = ("name", "lead")
    list_select_related = ("lead",)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys, without what is stored of them."""

    list_display = ("name", "scope", "survey", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("survey",)
    exclude = ("hashed_key",)
