"""Every screen there is, by name and address: what is photographed, and what axe reads."""

from collections.abc import Iterator, Mapping

from exercises import packs
from innerchild import paper

PUBLIC = {
    "landing": "/",
    "about": "/about/",
    "try": "/try/",  # with a query each is loaded, and not only scrolled to
    "try-breathe": "/try/?breathe#breathe",
    "try-line": "/try/?line#line",
    "try-enough": "/try/?enough#enough",
    "start": "/start/?p=1",
    "therapists": "/therapists/",
    "practice-link": "/therapists/link/",
    "handouts": "/therapists/handouts/",
    **{f"handout-{key}": f"/therapists/handouts/{key}/" for key in paper.HANDOUTS},
    "handout-large": "/therapists/handouts/letter/?paper=letter&print=large",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "steady": "/steady/",
    "steady-light": "/steady/light/",
    "steady-room": "/steady/room/",
    "steady-hold": "/steady/hold/",
    "help": "/help/",
    "help-elsewhere": "/help/?country=DE",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "close-resting": "/settings/close/resting/",
    "close-closed": "/settings/close/closed/",
    "close-over": "/settings/close/over/",
    "lost": "/nowhere/",
}
SIGNED_IN = {
    # first, while the proof of who it is still holds
    "settings-close": "/settings/close/",
    "second-step-app": "/settings/second-step/app/",
    "passkey-make": "/settings/passkeys/add/",
    "second-step": "/settings/second-step/",
    "passkeys": "/settings/passkeys/",
    "prove": "/accounts/reauthenticate/",
    "home": "/home/",
    "kept": "/kept/",
    "kept-some": "/kept/?kind=letter&voice=adult",
    "kept-search": "/kept/search/",
    "kept-when": "/kept/when/",
    "kept-folded": "/kept/folded/",
    "print": "/kept/print/",
    "drawer": "/kept/drawer/",
    "bin": "/kept/bin/",
    "wishes": "/wishes/",
    "look-in": "/look-in/",
    "look-in-earlier": "/look-in/earlier/",
    "look-back": "/kept/back/",
    "place": "/place/",
    "welcome-hello": "/welcome/",
    "welcome-today": "/welcome/today/",
    "welcome-who": "/welcome/who/",
    "welcome-leaving": "/welcome/leaving/",
    "welcome-practice": "/welcome/leaving/practice/",
    "welcome-people": "/welcome/people/",
    "welcome-begin": "/welcome/begin/",
    "settings": "/settings/",
    "settings-privacy": "/settings/privacy/",
    "export": "/settings/export/",
    "settings-face": "/settings/face/",
    "settings-call": "/settings/call/",
    "settings-reminders": "/settings/reminders/",
    "import": "/settings/import/",
    "password": "/accounts/password/change/",
    "sign-out": "/accounts/logout/",
    "signed-in": "/signed-in/",
    "lost-inside": "/home/nowhere/",
}


def steps() -> Iterator[tuple[str, str]]:
    """Every screen of every step: a new question is on the list by itself."""
    for step in packs.load().values():
        for screen in step.screens:
            yield f"{step.key}-{screen.key}", f"/steps/{step.key}/{screen.key}/"


def private(made: Mapping[str, str] | None = None) -> dict[str, str]:
    """Everything behind the door. `made`: addresses of what this person wrote."""
    return {**SIGNED_IN, **dict(steps()), **(made or {})}
