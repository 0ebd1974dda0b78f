"""What a password may not be, each refusal in one kind sentence that says what helps."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import MinimumLengthValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import guessable

FEWEST_OF_ONES_OWN = 6
HINT = "12 characters or more. A few words in a row work well."


class LongEnough(MinimumLengthValidator):
    """Length is the only thing asked; there are no rules about which characters."""

    def __init__(self) -> None:
        super().__init__(min_length=guessable.SHORTEST)

    def get_error_message(self) -> str:
        return _("This one is short. 12 characters or more keep the door well; a few words in a row work.")


class NotTheAddress(UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(user_attributes=("email",))

    def get_error_message(self) -> str:
        return _("This is close to your e-mail address. Something with no link to it is harder to guess.")


class NotGuessable:
    """Refuses what a guesser tries first, whatever its case."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 - Django's signature
        if password.lower().strip() in guessable.entries():
            raise ValidationError(
                _("Many people use this one, so it is easy to guess. A few words of your own work well."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _(HINT)


class ContextWords:
    """Refuses a password that is little more than this product's own words."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 - Django's signature
        said = "".join(sign for sign in password.lower() if sign.isalnum())
        left = said
        for word in sorted(guessable.WORDS_OF_OURS, key=len, reverse=True):
            left = left.replace(word.replace(" ", ""), "")
        if left != said and len(left) < FEWEST_OF_ONES_OWN:
            raise ValidationError(
                _("This is mostly a word from these pages. Words that only you would choose work better."),
                code="password_of_ours",
            )

    def get_help_text(self) -> str:
        return _(HINT)
