from allauth.account.signals import authentication_step_completed, password_changed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import events, signing_in  # noqa: PLC0415 - they need the models, which are there only now

        user_logged_in.connect(signing_in.begin_the_session)
        authentication_step_completed.connect(signing_in.renew_the_session_id)
        password_changed.connect(signing_in.begin_anew)
        user_logged_out.connect(signing_in.forget_the_device)
        events.listen()
