"""The door. allauth's own names, in a list of our own: what is not here cannot be reached."""

from allauth.account import views as allauth
from allauth.mfa.base import views as step
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkey
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from accounts.views import closing, door, factors, reminders, settings, welcome
from accounts.views.door import answered, by_mail, freshly_proved, leaving_nothing, told_when_late

urlpatterns = [
    path("signed-in/", door.signed_in, name="signed_in"),
    path("session/left/", door.session_left, name="session_left"),
    path("session/stay/", door.session_stay, name="session_stay"),
    path("welcome/", welcome.hello, name="welcome"),
    path("welcome/today/", welcome.today, name="welcome_today"),
    path("welcome/who/", welcome.who, name="welcome_who"),
    path("welcome/leaving/", welcome.leaving, name="welcome_leaving"),
    path("welcome/leaving/practice/", welcome.practice, name="welcome_practice"),
    path("welcome/leaving/practised/", welcome.practised, name="welcome_practised"),
    path("welcome/people/", welcome.people, name="welcome_people"),
    path("settings/", settings.settings, name="settings"),
    path("settings/privacy/", settings.privacy, name="settings_privacy"),
    path("settings/devices/", freshly_proved(settings.devices), name="devices"),
    path("settings/reminders/", reminders.page, name="reminders"),
    path("settings/reminders/again/", reminders.again, name="reminders_again"),
    path("settings/reminders/address/", reminders.new_address, name="reminders_address"),
    path("reminders/stop/<str:token>/", reminders.stop, name="reminder_stop"),
    path("reminders/<str:token>.ics", reminders.calendar, name="reminder_feed"),
    path("settings/close/", freshly_proved(closing.page), name="close"),
    path("settings/close/back/", closing.back, name="close_back"),
    path("settings/close/resting/", closing.after, {"how": "resting"}, name="close_resting"),
    path("settings/close/closed/", closing.after, {"how": "closed"}, name="close_closed"),
    path("settings/close/over/", closing.after, {"how": "over"}, name="close_over"),
    path("settings/second-step/", factors.second_step, name="mfa_index"),
    path("settings/second-step/app/", freshly_proved(answered(app.activate_totp)), name="mfa_activate_totp"),
    path("settings/second-step/app/remove/", freshly_proved(answered(app.deactivate_totp)), name="mfa_deactivate_totp"),
    path("settings/second-step/codes/", freshly_proved(factors.codes), name="mfa_view_recovery_codes"),
    path("settings/second-step/codes/new/", freshly_proved(factors.new_codes), name="mfa_generate_recovery_codes"),
    path("settings/passkeys/", factors.passkeys, name="mfa_list_webauthn"),
    path("settings/passkeys/add/", freshly_proved(answered(passkey.add_webauthn)), name="mfa_add_webauthn"),
    path(
        "settings/passkeys/<int:pk>/rename/", freshly_proved(answered(passkey.edit_webauthn)), name="mfa_edit_webauthn"
    ),
    path("settings/passkeys/<int:pk>/remove/", freshly_proved(passkey.remove_webauthn), name="mfa_remove_webauthn"),
    path("settings/<slug:key>/", settings.change, name="setting"),
    path("accounts/signup/", answered(allauth.signup), name="account_signup"),
    path("accounts/login/", answered(allauth.login), name="account_login"),
    path("accounts/login/code/", by_mail(answered(allauth.request_login_code)), name="account_request_login_code"),
    path(
        "accounts/login/code/confirm/",
        by_mail(told_when_late(answered(allauth.confirm_login_code))),
        name="account_confirm_login_code",
    ),
    path("accounts/logout/", leaving_nothing(allauth.logout), name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", answered(allauth.reauthenticate), name="account_reauthenticate"),
    path("accounts/reauthenticate/code/", answered(step.reauthenticate), name="mfa_reauthenticate"),
    path(
        "accounts/reauthenticate/passkey/",
        factors.back_to_the_question(passkey.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/second-step/", answered(step.authenticate), name="mfa_authenticate"),
    path("accounts/passkey/", login_not_required(passkey.login_webauthn), name="mfa_login_webauthn"),
    path("accounts/email/", by_mail(freshly_proved(answered(allauth.email))), name="account_email"),
    path(
        "accounts/confirm-email/",
        by_mail(told_when_late(answered(allauth.email_verification_sent))),
        name="account_email_verification_sent",
    ),
    path("accounts/password/change/", answered(allauth.password_change), name="account_change_password"),
    path("accounts/password/reset/", by_mail(answered(allauth.password_reset)), name="account_reset_password"),
    path(
        "accounts/password/reset/confirm/",
        by_mail(told_when_late(answered(allauth.confirm_password_reset_code))),
        name="account_confirm_password_reset_code",
    ),
    path(
        "accounts/password/reset/complete/",
        by_mail(answered(allauth.complete_password_reset)),
        name="account_complete_password_reset",
    ),
    path(
        "accounts/password/reset/done/",
        by_mail(allauth.password_reset_from_key_done),
        name="account_password_reset_completed",
    ),
]
