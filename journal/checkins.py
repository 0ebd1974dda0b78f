"""Looking in: the form of one look, keeping it, and the looks of a person, newest first."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.db.models import FETCH_RAISE, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own import NOT_OFFERED
from innerchild.fields import Words
from journal import nearness, saving
from journal.models import CheckIn
from journal.nearness import Told
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

log = logging.getLogger(__name__)

PAGE = 20
OWN_MAX = 40
EARLIEST = date(1900, 1, 1)
PAGE_ID = "page"  # among the answers: which page said them, so that its next press goes on from there
FORGOTTEN = {"autocomplete": "off", "dir": "auto"}


class LookIn(forms.Form):
    """One look. Everything may stay open; what is said comes back with the page that could not keep it.

    `id` and `page` are made with the page: posted twice, it is one look. Words are named like writing boxes, and
    `whole` stands last: where a form is cut short on its way, what it lacks was not taken back.
    """

    use_required_attribute = False

    id = forms.UUIDField(widget=forms.HiddenInput)
    page = forms.UUIDField(widget=forms.HiddenInput)
    rev = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    zone = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    steady = forms.ChoiceField(choices=[("", "")], required=False)
    nearness = forms.ChoiceField(required=False)
    seems = forms.MultipleChoiceField(required=False)
    own = Words(OWN_MAX, widget=forms.TextInput(attrs=FORGOTTEN))
    tone = forms.ChoiceField(required=False)
    needs = forms.MultipleChoiceField(required=False)
    line = Words(saving.LIMIT, widget=forms.Textarea(attrs={**FORGOTTEN, "rows": "2"}))
    day = forms.DateField(
        required=False, error_messages={"invalid": _("That day could not be read. One way to write it is 2026-11-23.")}
    )

    whole = forms.BooleanField(
        widget=forms.HiddenInput,
        error_messages={"required": _("This form came cut short, so nothing of it was kept. You could press again.")},
    )

    def __init__(self, data: Any = None, row: CheckIn | None = None) -> None:
        super().__init__(data, initial=_initial(row))
        offered: dict[str, list[tuple[str, Promise]]] = {
            "steady": [(name, words) for name, (_number, words) in nearness.STEADY.items()],
            "nearness": [(str(value), words) for value, words in nearness.NEARNESS.items()],
            "seems": list(nearness.SEEMS.items()),
            "tone": [(str(value), words) for value, words in nearness.TONES.items()],
            "needs": list(nearness.NEEDS.items()),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.error_messages["invalid_choice"] = NOT_OFFERED

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}.text" if isinstance(self.fields.get(field_name), Words) else field_name

    def clean_seems(self) -> list[str]:
        return _at_most(
            self,
            "seems",
            nearness.MOST_SEEMS,
            _("Three of these is the most that one look-in holds. You could untick one, or more."),
        )

    def clean_needs(self) -> list[str]:
        return _at_most(
            self,
            "needs",
            nearness.MOST_NEEDS,
            _("Two of these is the most that one look-in holds. You could untick one, or more."),
        )

    def clean_zone(self) -> str:
        name = self.cleaned_data["zone"] or timezone.get_current_timezone_name()
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise forms.ValidationError(
                _("This page named a time zone that nobody here knows. Your own is set now: you could press again.")
            ) from None
        return str(name)

    def clean_day(self) -> date:
        """Today, where nothing was said; a day that was told stays, be it of a zone further east. The zone is known by now."""
        today = timezone.localdate(
            timezone.now(), ZoneInfo(self.cleaned_data.get("zone") or timezone.get_current_timezone_name())
        )
        day: date = self.cleaned_data["day"] or today
        if day > today and day != self.initial["day"]:
            raise forms.ValidationError(_("That day hasn’t come yet. A look-in can be of today, or of a day before."))
        if day < EARLIEST:
            raise forms.ValidationError(
                _("That day is further back than this page can count. Any day since 1900 is fine.")
            )
        return day

    def told(self) -> Told:
        """What a form that is valid said."""
        said = self.cleaned_data
        answers = {name: said[name] for name in ("seems", "own", "needs", "line")}
        answers |= {name: int(said[name]) if said[name].isdecimal() else said[name] for name in ("nearness", "tone")}
        steady = nearness.STEADY.get(said["steady"])
        return nearness.told({**answers, "steady": steady[0] if steady else None})


def _initial(row: CheckIn | None) -> dict[str, object]:
    told = (opened(row) if row else None) or Told()
    shown = {name: "" if getattr(told, name) is None else str(getattr(told, name)) for name in ("nearness", "tone")}
    return {
        "id": row.pk if row else uuid4(),
        "page": uuid4(),
        "rev": row.rev if row else 0,
        "zone": timezone.get_current_timezone_name(),
        "day": row.local_date if row else timezone.localdate(),
        "whole": True,
        "steady": told.steadiness,
        "seems": told.seems,
        "needs": told.needs,
        "own": told.own,
        "line": told.line,
        **shown,
    }


def _at_most(form: LookIn, name: str, most: int, said: Promise) -> list[str]:
    picked = list(dict.fromkeys(form.cleaned_data[name]))
    if len(picked) > most:
        raise forms.ValidationError(str(said))
    return picked


@dataclass(frozen=True, slots=True)
class Kept:
    """Where it is. `apart`: the look it was about had been changed elsewhere, so that both are there now."""

    row: CheckIn
    apart: bool = False


def keep(person: User, form: LookIn) -> Kept:
    """Keep a valid form. Posted again it changes nothing; an older page never writes over what is newer."""
    try:
        return _keep(person, form)
    except IntegrityError:  # the same form at the same moment: by now the other one is there
        pass
    try:
        return _keep(person, form)
    except IntegrityError:
        raise BadRequest("an id of somebody else") from None


@transaction.atomic
def _keep(person: User, form: LookIn) -> Kept:
    said = form.cleaned_data
    row = person.check_ins.select_for_update().filter(pk=said["id"]).first()
    apart = row is not None and not _goes_on(row, form)
    if apart:
        aside = uuid5(said["id"], str(said["page"]))
        row = person.check_ins.select_for_update().filter(pk=aside).first()
        return Kept(_written(person, form, row, key=aside), apart=True)
    return Kept(_written(person, form, row, key=said["id"]))


def _goes_on(row: CheckIn, form: LookIn) -> bool:
    """Whether this form may change that row: it says the same, was made from it as it is, or wrote it last."""
    told = opened(row)
    if told is None:
        return False
    return (
        _says(row, told, form) or row.rev == form.cleaned_data["rev"] or _page_of(row) == str(form.cleaned_data["page"])
    )


def _says(row: CheckIn, told: Told | None, form: LookIn) -> bool:
    return told == form.told() and row.local_date == form.cleaned_data["day"]


def _written(person: User, form: LookIn, row: CheckIn | None, *, key: UUID) -> CheckIn:
    if row and _says(row, opened(row), form):
        return row
    now, said = timezone.now(), form.cleaned_data
    moved = row is None or row.local_date != said["day"]
    row = row or CheckIn(id=key, owner=person, made_at=now, rev=0)
    if moved:
        row.local_date, row.time_zone = said["day"], said["zone"]
        row.at = _moment(said["day"], ZoneInfo(said["zone"]), now)
    row.updated_at, row.rev, row.binned_at = now, row.rev + 1, None
    row.answers = {**form.told().answers(), PAGE_ID: str(said["page"])}
    row.save()
    return row


def _moment(day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """When that look was: now, or for a day before the middle of it."""
    return now if timezone.localdate(now, zone) == day else datetime.combine(day, time(12), zone)


def opened(row: CheckIn) -> Told | None:
    """What was said in it; None where it cannot be opened, and nothing is ever written over that."""
    try:
        return nearness.told(row.answers)
    except (Refused, KeyNotInRing):
        log.warning("decrypt_failed checkin=%s", row.pk)
        return None


def _page_of(row: CheckIn) -> str:
    return str(row.answers.get(PAGE_ID, ""))


@dataclass(frozen=True, slots=True)
class Look:
    """One of a list. `told` is None where it cannot be opened."""

    row: CheckIn
    told: Told | None


def listed(person: User) -> QuerySet[CheckIn]:
    return person.check_ins.filter(binned_at=None)


def let_go(person: User) -> QuerySet[CheckIn]:
    return person.check_ins.exclude(binned_at=None)


def page_of(rows: QuerySet[CheckIn], before: CheckIn | None = None) -> tuple[list[Look], UUID | None]:
    """Twenty of them, newest first, after that one; and the one after which there are more."""
    if before:
        day, at, key = before.local_date, before.at, before.pk
        later = Q(local_date=day, at__gt=at) | Q(local_date=day, at=at, id__gte=key)
        rows = rows.filter(local_date__lte=day).exclude(later)
    found = list(rows.order_by("-local_date", "-at", "-id").fetch_mode(FETCH_RAISE)[: PAGE + 1])
    shown = found[:PAGE]
    return [Look(row, opened(row)) for row in shown], shown[-1].pk if len(found) > PAGE else None


def mark(person: User, before: UUID | None) -> CheckIn | None:
    """The look a page begins after, be it let go by now."""
    return person.check_ins.filter(pk=before).first() if before else None


def let_it_go(person: User, row: CheckIn) -> None:
    person.check_ins.filter(pk=row.pk, binned_at=None).update(binned_at=timezone.now())
