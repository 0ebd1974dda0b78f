"""The forms of the door. They ask little, and their errors say what helps."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.fields import PasswordField
from allauth.core import context as current
from django import forms
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own import FORGOTTEN, NAME_MAX
from accounts.sessions import SAID
from accounts.validators import HINT
from innerchild.fields import Words

DEVICES = [
    ("", _("For now. Signs out after half an hour of rest, or what you chose.")),
    (User.SessionRule.SHARED, _("This is a shared or watched device. Signs out after 10 minutes of rest.")),
    (User.SessionRule.OWN, _("Keep me signed in on my own device, for 14 days.")),
]


def device_field() -> forms.ChoiceField:
    """Where somebody signs in decides how long the session may rest."""
    return forms.ChoiceField(label=_("On this device"), choices=DEVICES, widget=forms.RadioSelect, required=False)


class Kindly(forms.Form):
    """The same few words for the same few fields, whichever form of allauth's they stand in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.EmailField):
                field.label = _("E-mail address")
                field.error_messages["required"] = _("Your e-mail address goes here.")
                field.error_messages["invalid"] = _("This doesn’t look like an e-mail address yet.")
            elif isinstance(field, PasswordField):
                field.error_messages["required"] = _("A password goes here.")
            elif name == "code":
                field.error_messages["required"] = _("The code from the mail goes here.")


class SignUp(Kindly, allauth.SignupForm):
    field_order = ("email", "password1", "adult", "consent", "name", "time_zone")

    adult = forms.BooleanField(
        label=_("I’m 18 or older"),
        error_messages={
            "required": _("Innerchild is made for people of 18 and over, so this tick is asked of everyone.")
        },
    )
    consent = forms.BooleanField(
        label=_("Keep what I write, which may be about my health"),
        error_messages={"required": _("Without this we can’t keep your writing. You can still use Steady me.")},
    )
    name = Words(
        NAME_MAX,
        label=_("A name to greet you by"),
        help_text=_("A nickname is fine. So is nothing."),
        widget=forms.TextInput(attrs=FORGOTTEN),
    )
    time_zone = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Only for signing in.")
        self.fields["password1"].help_text = _(HINT)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Two presses of the button at once make one account; the second press meets the taken address."""
        try:
            return super().try_save(request)  # type: ignore[no-any-return]
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return]


class SignIn(Kindly, allauth.LoginForm):
    device = device_field()


class RequestLoginCode(Kindly, allauth.RequestLoginCodeForm):
    pass


class ConfirmLoginCode(Kindly, allauth.ConfirmLoginCodeForm):
    """A code that was asked for, or one that follows a password in a browser that is not known.

    Whoever gave a password has said where they sit. Their browser may be known from then on, unless others use it.
    """

    device = device_field()
    known = forms.BooleanField(label=_("For 14 days, ask for no code in this browser"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked_for = current.request._login_stage.state.get("initiated_by_user")  # noqa: SLF001 - allauth has no other way
        said = current.request.session.get(SAID, "")
        for name, shown in (("device", asked_for), ("known", not asked_for and said != User.SessionRule.SHARED)):
            if not shown:
                del self.fields[name]


class ChangePassword(Kindly, allauth.ChangePasswordForm):
    """Asked once: what was typed can be looked at before it is sent."""

    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label, self.fields["oldpassword"].help_text = _("The password you have now"), ""
        self.fields["password1"].label = _("The new one")
        self.fields["password1"].help_text = _(HINT)


class NewPassword(Kindly, allauth.ResetPasswordKeyForm):
    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label, self.fields["password1"].help_text = _("New password"), _(HINT)


class ProveIt(Kindly, allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ConfirmAddress(Kindly, allauth.ConfirmEmailVerificationCodeForm):
    pass


class ResetPassword(Kindly, allauth.ResetPasswordForm):
    pass


class ConfirmReset(Kindly, allauth.ConfirmPasswordResetCodeForm):
    pass


class NewAddress(Kindly, allauth.AddEmailForm):
    pass
