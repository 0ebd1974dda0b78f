"""What lies in clear in the database, told in plain words on the privacy page (trust R40).

Each line names the columns of `vault/columns.toml` that it speaks of, as `table.column`; `*` stands for any part of
a name. tests/pages/test_told.py compares the two: a column without a line, or a line without a column, fails.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOLD: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        _("Your e-mail address, and whether it was confirmed."),
        ("accounts_user.email", "account_emailaddress.*", "account_emailconfirmation.*"),
    ),
    (
        _("When your account was made and last used, when you said that you are 18 or older, when you agreed to our keeping your writing, and when you closed it."),
        ("accounts_user.created_at", "accounts_user.last_login", "accounts_user.is_active", "accounts_user.adult_at", "accounts_user.consent_at", "accounts_user.closed_at"),
    ),
    (
        _("Your time zone, language and country, how you like pages to look and behave, and how soon you are signed out."),
        ("accounts_user.time_zone", "accounts_user.language", "accounts_user.country", "accounts_user.preferences", "accounts_user.session_rule"),
    ),
    (
        _("When you wrote something or changed it, on which day, and in which time zone and language you were."),
        ("*.created_at", "*.updated_at", "*.local_date", "*.time_zone", "journal_entry.kept_at", "journal_entry.language", "journal_revision.made_at", "journal_saveoperation.made_at"),
    ),
    (
        _("What kind of page it is, which question of ours it answers, in whose voice it is, and where it stands in a letter."),
        ("journal_entry.kind", "journal_entry.step", "journal_entry.question*", "journal_entry.voice", "journal_entry.position", "journal_entry.parent_id", "journal_entry.merged", "*.pack"),
    ),
    (
        _("Whether it lies in the drawer or was let go, whether it is closed until a day, and whether it may come back by itself."),
        ("journal_entry.drawer", "*.binned_at", "journal_entry.sealed_until", "journal_entry.resurfacing", "exercises_place.is_home"),
    ),
    (
        _("How many versions a page has, why each was kept, and which pages are two versions of one."),
        ("*.rev", "journal_revision.reason", "journal_entry.conflict_of_id", "journal_saveoperation.operation", "journal_saveoperation.conflict", "*.entry_id"),
    ),
    (
        _("When you looked in, on which day, and how often you changed what you said then; what you said lies sealed."),
        ("journal_checkin.at", "journal_checkin.made_at"),
    ),
    (
        _("Which letter answers which, when you set down a wish, when it was given something or taken back; its words lie sealed."),
        ("journal_entry.reply_to_id", "journal_entry.wish_id", "journal_wish.made_at", "journal_wish.given_at", "journal_wish.withdrawn_at", "journal_wish.source_id"),
    ),
    (
        _("What you brought in from another journal, in which format and when; what it was called there is hashed."),
        ("*.batch_id", "journal_import.format", "journal_import.made_at"),
    ),
    (
        _("If you asked for reminders: how often, on which day and hour, when the last one went, and how many were left unanswered or not taken by your mailbox."),
        (
            "accounts_reminder.rhythm", "accounts_reminder.weekday", "accounts_reminder.hour", "accounts_reminder.next_at",
            "accounts_reminder.sent_at", "accounts_reminder.unanswered", "accounts_reminder.refused", "accounts_reminder.tries",
        ),
    ),
    (
        _("Which steps you opened, how far you went, and when you closed them."),
        ("exercises_visit.step", "exercises_visit.screen", "exercises_visit.*_at"),
    ),
    (
        _("Numbers that tie these to each other and to your account."),
        ("*.id", "*.owner_id", "vault_*", "auth_*", "django_content_type.*", "django_migrations.*"),
    ),
    (
        _("Whether you know a therapist here, since when, and when it ends; when you shared a sheet, until when it is open, which of your pages it came from, and each time it was opened; which step was suggested to you."),
        (
            "accounts_user.knows_a_practice", "sharing_connection.takes_suggestions", "sharing_connection.ended_by", "sharing_connection.ends_by", "sharing_connection.*_at", "sharing_connection.practice_id",
            "sharing_draftsheet.rev", "sharing_draftsheet.*_at", "sharing_draftsheet.connection_id",
            "sharing_sheet.rule", "sharing_sheet.*_at", "sharing_sheet.time_zone", "sharing_sheet.connection_id",
            "sharing_sheetitem.position", "sharing_sheetitem.sources", "sharing_sheetitem.withdrawn_at", "sharing_sheetitem.sheet_id",
            "sharing_opening.at", "sharing_opening.sheet_id", "sharing_suggestion.step", "sharing_suggestion.*_at", "sharing_suggestion.connection_id",
        ),
    ),
    (
        _("For therapists: what they say about their practice, which is there to be read, and the invitations that wait."),
        (
            "sharing_practice.code", "sharing_practice.name", "sharing_practice.place", "sharing_practice.profession", "sharing_practice.registration",
            "sharing_practice.reply_habit", "sharing_practice.*_at", "sharing_invitation.*_at", "sharing_invitation.practice_id",
        ),
    ),
    (
        _("From which browsers you are signed in, and since when; what kind of browser it is lies sealed."),
        ("accounts_device.session_key", "accounts_device.began_at"),
    ),
    (
        _("What happened to your account and when: signing in, taking your writing along, sharing. You can read all of it; what kind of browser it was lies sealed."),
        (
            "accounts_securityevent.number", "accounts_securityevent.kind", "accounts_securityevent.at", "accounts_securityevent.details",
            "accounts_ledgerend.number", "accounts_ledgerend.kek_id",
        ),
    ),
    (
        _("Which second steps of signing in you set up and when you last used each: the public half of a passkey, and which codes on paper are used up. The secrets, and what you call a passkey, lie sealed."),
        ("mfa_authenticator.type", "mfa_authenticator.data", "mfa_authenticator.last_used_at", "mfa_authenticator.user_id"),
    ),
    (
        _("For a short while: that somebody is signed in, how often signing in failed, and which tasks ran in the background."),
        ("django_session.*", "django_cache.*", "django_tasks_database_dbtaskresult.*"),
    ),
)  # fmt: skip
