"""The app of the guide."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuideConfig(AppConfig):
    """The guide and the links to its parts."""

    name = "nps_project.guide"
    label = "guide"
    verbose_name = _("Guide")
    addresses = (("docs/", "nps_project.guide.urls"),)

    def ready(self) -> None:
        from nps_project.guide import help_links

        people = dict.fromkeys(
            ("people", "person_new", "person_edit", "person_work", "teams", "team_new", "team_edit", "keys", "key_new"),
            "admin#people-teams-keys",
        )
        help_links.add({f"accounts_setup:{view}": part for view, part in people.items()})
        help_links.add(
            {
                "system": "operate#is-it-well",
                "put_aside": "operate#when-something-fails",
                "returned_mail": "operate#what-comes-back",
            }
        )
