"""Settings: one row for each thing, one page to change it, and back to that row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import devices as places
from accounts import factors, preferences, reminders
from accounts.leaving import keeps_before_leaving
from accounts.models import User
from accounts.own import CallForm, ChoiceForm, CountryForm, NameForm, Own, WordForm, sent
from accounts.requests import PersonRequest
from accounts.templatetags.person import younger
from innerchild import shell
from innerchild.help import helplines
from innerchild.http import render_page

type Form = Callable[..., Own]

OWN: dict[str, type[Own]] = {"name": NameForm, "word": WordForm, "country": CountryForm, "call": CallForm}
FORMS: dict[str, Form] = {**OWN, **{k: partial(ChoiceForm, preference=p) for k, p in preferences.ALL.items()}}
PRIVATE = {"country", "call", *(each.key for each in (*preferences.LEAVING, *preferences.STAYING))}


@dataclass(frozen=True)
class Row:
    """One thing, as it is now. `own` marks words of the person."""

    key: str
    title: Promise | str
    value: str
    own: bool = False


@require_safe
def settings(request: PersonRequest) -> HttpResponse:
    person = request.user
    speech = [
        Row("name", _("Greeted as"), person.greeted_as or _("No name"), own=bool(person.greeted_as)),
        Row("word", _("Word for them"), younger(person), own=bool(person.own_word)),
        *_rows(person, preferences.SPEECH),
        Row("reminders", _("Reminders"), reminders.words(reminders.of(person))),
    ]
    context = {"look": _rows(person, preferences.LOOK), "speech": speech, "kept": request.GET.get("kept", "")}
    return render_page(request, "accounts/settings.html", context)


@require_safe
def privacy(request: PersonRequest) -> HttpResponse:
    person = request.user
    country = helplines().country(person.country)
    context = {
        "readers": shell.others(person),
        "leaving": _rows(person, preferences.LEAVING),
        "staying": [*_rows(person, preferences.STAYING), *_steps(person)],
        "people": [
            Row("country", _("Country"), country.name if country else _("Somewhere else")),
            Row("call", _("Someone I could call"), person.to_call or _("Nobody yet"), own=bool(person.to_call)),
        ],
        "kept": request.GET.get("kept", ""),
    }
    return render_page(request, "accounts/privacy.html", context)


@keeps_before_leaving
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PersonRequest, key: str) -> HttpResponse:
    """One thing on a page of its own; it leads back to the very row it came from."""
    if key not in FORMS:
        raise Http404
    form = FORMS[key](request.user, sent(request))
    page = reverse("settings_privacy" if key in PRIVATE else "settings")
    if request.method == "POST" and form.is_valid():
        form.keep()
        return redirect(f"{page}?kept={key}#{key}")
    context = {"form": form, "key": key, "back": f"{page}#{key}"}
    return render_page(request, "accounts/setting.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: PersonRequest) -> HttpResponse:
    """Where somebody is signed in. Ending this very session is signing out."""
    if request.method == "POST":
        ended = _ended(request)
        places.end(request.user, *ended)
        if request.session.session_key in ended:
            logout(request)
            return redirect("account_login")
        return redirect(f"{reverse('devices')}?kept=ended")
    context = {"places": places.of(request.user, request.session), "kept": request.GET.get("kept", "")}
    return render_page(request, "accounts/devices.html", context)


def _ended(request: PersonRequest) -> list[str]:
    """Which sessions a press ends: the one it names, or all but this one. An unknown one is a 404."""
    named = request.POST.get("end", "")
    others = request.user.devices.exclude(session_key=request.session.session_key)
    if named == "others":
        return list(others.values_list("session_key", flat=True))
    return [get_object_or_404(request.user.devices, pk=_uuid(named)).session_key]


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Http404 from None


def _steps(person: User) -> list[Row]:
    """What is asked for at the door, beside the password."""
    app, passkeys = factors.has_app(person), len(factors.passkeys(person))
    step = _("Codes from an app") if app else _("A passkey") if passkeys else _("Off")
    many = ngettext("One", "%(count)d", passkeys) % {"count": passkeys} if passkeys else _("None")
    return [
        Row("second-step", _("A second step when you sign in"), step),
        Row("passkeys", _("Passkeys"), many),
    ]


def _rows(person: User, group: Iterable[preferences.Preference]) -> list[Row]:
    return [Row(each.key, each.title, each.words(person)) for each in group]
