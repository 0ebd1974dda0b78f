"""The words of a sheet that are written for it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from innerchild.fields import Boxes, Words

ASK_MAX, BLACK_MAX = 2_000, 5_000
FORGOTTEN = {"autocomplete": "off", "dir": "auto"}


class TrayForm(Boxes):
    ask = Words(
        ASK_MAX,
        label=_("What I’d like us to do with this"),
        widget=forms.Textarea(attrs={**FORGOTTEN, "rows": "3", "class": "area is-short"}),
    )
    black = Words(
        BLACK_MAX,
        label=_("Words to black out"),
        widget=forms.Textarea(attrs={**FORGOTTEN, "rows": "2", "class": "area is-short"}),
    )
