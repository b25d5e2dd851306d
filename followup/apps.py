"""The followup app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    """Tickets, playbooks, clocks."""

    name = "followup"
    verbose_name = _("Follow-up")
    addresses = (("desk/", "followup.desk.urls"), ("setup/", "followup.setup_urls"), ("api/v1/", "followup.api.urls"))

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from followup import health, receivers, tallying
        from followup.models import (
            Absence,
            Calendar,
            CalendarDay,
            FollowUpSettings,
            Play,
            Playbook,
            PlayStep,
            RootCause,
            RoutingRule,
            SurveyFollowUp,
            TeamFollowUp,
        )
        from followup.notify import given, mails
        from followup.tickets.again import asking
        from followup.tickets.leaving import counts, hand_over
        from nps_project.accounts.people import leaving
        from nps_project.api import enums
        from nps_project.background import queues, schedule
        from nps_project.deliveries import composing
        from nps_project.guide import help_links
        from nps_project.health import checks, metrics
        from nps_project.operations import backup
        from nps_project.system import mail_names
        from surveys import hooks
        from surveys.views import tabs

        receivers.connect()
        parts = {
            "admin#playbooks": ("playbooks", "playbook", "play", "versions", "survey"),
            "admin#root-causes": ("causes", "cause_new", "cause_edit"),
            "admin#who-gets-a-ticket": ("routing", "rule_new", "rule", "limits"),
            "admin#calendars": ("calendars", "calendar_new", "calendar"),
            "admin#account-managers": ("account_managers",),
        }
        help_links.add({f"followup_setup:{view}": part for part, views in parts.items() for view in views})
        hooks.add_tallies(hooks.Tallies(_("promises"), tallying.differing_days, tallying.recount_all))
        tabs.add(tabs.Tab("follow-up", _("Follow-up"), "followup_setup:survey"))
        backup.after_restore(asking.hold_all)
        leaving.set_work(leaving.Work(counts, hand_over))
        composing.add(mails.GIVEN, given.compose, is_kept=True)
        mail_names.add(mails.GIVEN, _("A ticket is yours"))
        checks.add(checks.Check("answers", _("Answers"), health.unopened_answers, needs=("database", "migrations")))
        metrics.add(health.measured)
        schedule.every(30, open_missed_tickets="followup.open_missed_tickets")
        schedule.every(
            60,
            move_clocks="followup.move_clocks",
            give_out_tickets="followup.give_out_tickets",
            tell_of_floods="followup.tell_of_floods",
            ask_again="followup.ask_again",
            count_promises="followup.count_promises",
        )
        schedule.every(120, send_digests="followup.send_digests")
        schedule.every(6 * 3600, forget_old_notices="followup.forget_notices")
        queues.add(
            queues.SWEEPS,
            "followup.open_missed_tickets",
            "followup.move_clocks",
            "followup.send_digests",
            "followup.tell_of_floods",
        )
        queues.add(queues.BULK, "followup.forget_notices", "followup.ask_again", "followup.count_promises")
        enums.add(
            ClockRunsEnum="followup.models.playbook.ClockRuns",
            StepKindEnum="followup.models.playbook.StepKind",
            ActivityKindEnum="followup.models.activity.ActivityKind",
            AttemptChannelEnum="followup.models.attempt.AttemptChannel",
        )
        for model in (
            Absence,
            RoutingRule,
            Calendar,
            CalendarDay,
            TeamFollowUp,
            Playbook,
            Play,
            PlayStep,
            RootCause,
            SurveyFollowUp,
            FollowUpSettings,
        ):
            auditlog.register(model)
