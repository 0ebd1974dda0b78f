from allauth.account.signals import authentication_step_completed, password_changed
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # They need the models, which are there only now.
        from allauth.mfa.models import Authenticator  # noqa: PLC0415
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset  # noqa: PLC0415

        from accounts import events, signing_in  # noqa: PLC0415
        from vault import seeds  # noqa: PLC0415

        seeds.KEPT.append(seeds.Kept(Authenticator, "data"))
        user_logged_in.connect(signing_in.begin_the_session)
        authentication_step_completed.connect(signing_in.remember_the_device)
        authentication_step_completed.connect(signing_in.renew_the_session_id)
        password_changed.connect(signing_in.begin_anew)
        authenticator_added.connect(signing_in.take_as_proof)
        for changed in (authenticator_added, authenticator_removed, authenticator_reset):
            changed.connect(signing_in.end_the_others)
        user_logged_out.connect(signing_in.forget_the_device)
        events.listen()
