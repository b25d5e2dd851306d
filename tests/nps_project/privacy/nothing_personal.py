"""Models with texts that hold nothing of a customer, and the reasons. Whoever adds one says why or registers it."""

OF_STAFF = "of people who sign in, not of customers"
SETTING = "a setting of the company's own, in its own words"
CODES = "names and codes of the product's own"
HASH = "a hash of what nobody can read back"
FIGURES = "figures and words of many customers, never of fewer than two"
BY_STAFF = "a text of staff about no single customer; docs/privacy.md says to look through them"

NOTHING_PERSONAL = {
    **dict.fromkeys(
        (
            "account.EmailAddress", "account.EmailConfirmation", "accounts.ApiKey", "accounts.LinkKey",
            "accounts.PasswordReset", "accounts.Session", "accounts.Team", "accounts.User", "mfa.Authenticator",
            "auth.Group", "weekly.WeeklyMail",
        ),
        OF_STAFF,
    ),
    "sessions.Session": "not used: accounts.Session is",
    "admin.LogEntry": "not written: /admin/ changes no records of customers",
    "auditlog.LogEntry": "changes of settings and of people who sign in; no model of a customer is registered",
    **dict.fromkeys(
        (
            "auth.Permission", "contenttypes.ContentType", "health.EventCount", "health.SignOfLife",
            "background.PutAside", "followup.DigestItem", "followup.Notice", "surveys.Sample", "surveys.TallyZone",
            "privacy.Erasure",
        ),
        CODES,
    ),
    **dict.fromkeys(
        (
            "branding.Branding", "branding.Logo", "first_steps.OwnCompany", "followup.Calendar",
            "followup.CalendarDay", "followup.FollowUpSettings", "followup.Play", "followup.PlayStep",
            "followup.Playbook", "followup.RootCause", "followup.RoutingRule", "improvements.LetterTexts",
            "inbound.MailSource", "sender.SenderRecords", "surveys.MailTexts", "surveys.Question", "surveys.Survey",
            "surveys.SurveyTexts", "surveys.TraitLabel", "surveys.Campaign", "tallying.MarkedTrait", "wall.WallLink",
            "imports.ContactImport", "imports.RememberedMatching",
        ),
        SETTING,
    ),
    **dict.fromkeys(("web.FormSubmission", "privacy.NeverAsked", "inbound.TakenEvent"), HASH),
    **dict.fromkeys(("praise.LovedWords", "themes.CauseQuality", "themes.Theme"), FIGURES),
    "tallying.Division": "names of the product's own, and of traits",
    "tallying.TraitTally": "counts by value; erasing the last answer with a value deletes its rows",
    "tallying.DayCount": "counts by value; erasing deletes those of the days that it changes, which are counted anew",
    "tallying.AskCount": "as DayCount",
    "followup.PromiseTally": "counts by survey and team",
    "followup.PromiseChange": "counts by survey and team",
    "surveys.Company": "a company is nobody; it stays when its last contact is erased",
    **dict.fromkeys(
        (
            "events.Event", "followup.SavedView", "improvements.Improvement", "silence.CallList",
            "surveys.BulkDecision", "surveys.Segment", "trials.Trial",
        ),
        BY_STAFF,
    ),
}  # fmt: skip
# Models that lead to a customer and are neither: they hold ids and times alone.
IDS_ONLY = {
    "surveys.Announcement": "gone once its answer is decided",
    "words.ToRead": "gone once its comment is read",
    "followup.Pause": "times at which a clock stood still",
    "followup.Presence": "who has a page open, for a minute",
    "followup.DigestItem": "what a colleague is mailed",
    "followup.Notice": "what a colleague is told",
}
