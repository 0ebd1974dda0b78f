"""A person with something in every room, for screens that have to be looked at full.

    INNERCHILD_DATA=… python -m tests.browser.world someone@example.org

prints the addresses that depend on what was made, as one JSON object.
"""

import json
import os
import sys
from datetime import date, timedelta
from typing import Any

import django
import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innerchild.settings")
django.setup()

from django.utils import timezone  # noqa: E402 (models need the apps that setup() makes ready)

from accounts import ledger, preferences, reminders  # noqa: E402
from accounts.models import Reminder, SecurityEvent, User  # noqa: E402
from exercises.models import Place, Visit  # noqa: E402
from journal import sealing  # noqa: E402
from journal.models import Entry, Import, Wish  # noqa: E402
from tests import factories  # noqa: E402
from tests.browser import brought, known  # noqa: E402
from vault import keyring  # noqa: E402

TURNS = (
    ("adult", "I found the drawing with the crooked roof. It was folded into the back of the atlas. I’m keeping it."),
    ("child", "It’s meant to be crooked. The wind lives there."),
    ("adult", "Then I won’t fix it. I used to think I had to. Is there room for one more?"),
    ("child", "Only if you bring the torch, and you’re not allowed to say it’s late."),
)
LOOKS: tuple[tuple[date, dict[str, Any]], ...] = (
    (date(2026, 3, 12), {"nearness": 1, "seems": ["curious", "on guard"], "tone": 0, "needs": ["quiet"]}),
    (date(2026, 4, 2), {"nearness": 2, "seems": ["curious"], "own": "W" * 40, "tone": 2, "needs": ["play"]}),
    (date(2026, 4, 20), {"nearness": 2, "seems": ["dreamy", "on guard"], "tone": 3}),
    (date(2026, 5, 9), {"nearness": 3, "seems": ["curious"], "own": "mossy", "tone": 3, "needs": ["heard"]}),
    (date(2026, 5, 30), {"nearness": 2, "seems": ["curious", "dreamy", "on guard"]}),
    (date(2026, 6, 21), {"nearness": 4, "seems": ["silly"], "line": "We counted blue things on the bus. Eleven."}),
    (date(2026, 9, 14), {"nearness": 1, "seems": ["on guard"], "needs": ["quiet", "heard"]}),
    (date(2026, 10, 3), {"nearness": 3, "seems": ["curious", "dreamy"], "tone": "unsure", "needs": ["play", "quiet"]}),
    (date(2026, 10, 25), {"nearness": "unsure", "seems": ["silly"], "tone": 3, "needs": ["play"]}),
    (date(2026, 11, 17), {"steady": 2, "nearness": 3, "seems": ["curious", "on guard"], "tone": 3, "needs": ["play"],
                          "line": "Hid behind the coats again, but left a shoe out."}),
)  # fmt: skip
PLACE = {
    "ground": "garden", "shelter": "den", "light": "evening", "weather": "clear", "key": "both",
    "name": "The low end", "words": ["warm flagstones", "bees going home", "nobody’s calling us in"],
}  # fmt: skip


def furnish(email: str) -> dict[str, str]:
    """Make that person and fill their rooms. Returns addresses by name."""
    person = factories.person(email, child_word="little me")
    letter = _letter(person)
    plain = factories.entry(
        person,
        "I walked past a tree this morning that you would have been up before I’d finished my sentence.\n\n"
        "You don’t have to answer. I only wanted you to know that I looked up.",
        kind=Entry.Kind.LETTER, step="letter", question_key="letter-adult", question="Dear small one,", voice="adult",
    )  # fmt: skip
    _answers(person)
    binned = factories.entry(person, "Not this one, not now.", binned_at=timezone.now())
    hidden = factories.entry(person, "For another day.", drawer=True)
    _place(person)
    sealed = factories.entry(
        person, "Open me when the garden is in flower.", kind=Entry.Kind.LETTER, step="letter",
        question_key="letter-child", question="A letter from the younger me", voice="child",
        sealed_until=timezone.localdate() + timedelta(days=200),
    )  # fmt: skip
    _visits(person, plain)
    person.entries.filter(question_key="afternoons").update(resurfacing=Entry.Resurfacing.MAY)
    with keyring.opened_for(person.pk, purpose="a test"):
        person.call = "Ruth next door, after six: 0664 123 45 67"
    person.save()
    return {
        "entry": f"/kept/{plain.pk}/",
        "entry-edit": f"/kept/{plain.pk}/edit/",
        "entry-read": f"/kept/{plain.pk}/read/",
        "turns": f"/kept/{letter.pk}/",
        "turns-read": f"/kept/{letter.pk}/read/",
        "binned": f"/kept/{binned.pk}/",
        "hidden": f"/kept/{hidden.pk}/",
        "for-good": f"/kept/{binned.pk}/for-good/",
        "sealed": f"/kept/{sealed.pk}/",
        "sealed-read": f"/kept/{sealed.pk}/read/",
        "turns-edit": f"/steps/letter/voices/?edit={letter.children.order_by('position')[1].pk}",
        "on-paper": "/steps/kindness/today/?paper",
        "reminders-stop": f"/reminders/stop/{_reminded(person)}/",
        "then-and-now": f"/kept/{person.entries.get(local_date=date(2025, 2, 8)).pk}/then/",
        "imported": f"/settings/import/{_brought(person).pk}/",
        **_happened(person),
        **_versions(person),
        **_correspondence(person),
        **_wishes(person),
        **_looks(person),
        **brought.furnish(person),
        **known.furnish(person),
    }


def _brought(person: User) -> Import:
    """Two pieces from another journal, one of them changed since."""
    with keyring.opened_for(person.pk, purpose="a test"):
        batch = Import(owner=person, format="dayone", made_at=timezone.now() - timedelta(days=1))
        batch.name = "2019-2024.zip"
        batch.save()
    brought: dict[str, Any] = {"step": "brought", "question_key": "dayone", "question": "", "batch": batch}
    day = date(2024, 3, 3)
    factories.entry(person, "Cold, and late.", local_date=day, updated_at=batch.made_at, **brought)
    factories.entry(person, "The lamps went on, one by one.", local_date=day, **brought)
    return batch


def _happened(person: User) -> dict[str, str]:
    """Two pages of a record, over some days."""
    Kind = SecurityEvent.Kind  # noqa: N806 - a class
    told: tuple[tuple[SecurityEvent.Kind, dict[str, str | int]], ...] = (
        (Kind.SIGNED_IN, {"way": "password"}),
        (Kind.EXPORTED, {"form": "archive"}),
        (Kind.SIGNED_OUT, {}),
        (Kind.SIGN_IN_FAILED, {}),
        (Kind.SHARE_OPENED, {}),
    )
    for days in range(9, 0, -1):
        with time_machine.travel(timezone.now() - timedelta(days=days), tick=True):
            for kind, details in told:
                if kind == Kind.SIGNED_IN:
                    ledger.note_from(person.pk, kind, "Firefox, Android", **details)
                else:
                    ledger.note(person.pk, kind, **details)
    return {"ledger-earlier": "/settings/ledger/?before=16"}


def _versions(person: User) -> dict[str, str]:
    """A letter with earlier versions, a copy from elsewhere, and two notes beneath."""
    about: dict[str, Any] = {
        "kind": Entry.Kind.LETTER,
        "step": "letter",
        "question_key": "letter-adult",
        "question": "Dear you,",
        "voice": "adult",
    }
    start = "I kept thinking about the flat stones by the weir.\n\n"
    here = factories.entry(person, f"{start}You were right to count them. Somebody had to.", rev=3, **about)
    there = factories.entry(
        person, f"{start}You were right to count them, and to start over. I’d like to hear how many.",
        conflict_of=here, **about,
    )  # fmt: skip
    said = (("timed", "I kept thinking about the stones."), ("kept", f"{start}You counted them."))
    made = [factories.revision(here, text, reason=reason, rev=rev + 1) for rev, (reason, text) in enumerate(said)]
    note: dict[str, Any] = {"kind": Entry.Kind.NOTE, "question_key": "note", "question": "", "parent": here}
    factories.entry(person, "Went back there on Sunday. Still flat, still there.", step="letter", **note)
    factories.entry(person, "A year on: I don’t need the number any more.", step="letter", kept_at=None, **note)
    return {
        "versions-entry": f"/kept/{here.pk}/",
        "versions-note": f"/kept/{here.pk}/note/",
        "versions-edit": f"/kept/{here.pk}/edit/",
        "versions-beside": f"/kept/{here.pk}/edit/?beside={there.pk}",
        "versions-compare": f"/kept/{there.pk}/compare/",
        "versions-earlier": f"/kept/{here.pk}/earlier/",
        "versions-one": f"/kept/{here.pk}/earlier/{made[-1].pk}/",
    }


def _correspondence(person: User) -> dict[str, str]:
    """A letter, what came back years later, and one more that is folded until its writer says so."""
    said = (
        ("adult", 2024, "I found your map of the garden. You drew the gate wider than it was.", None),
        ("child", 2024, "It had to be wide. I was going to bring a horse.", None),
        ("adult", 2026, "There is a wide gate where I live now. I thought of you when I painted it.", None),
        ("child", 2026, "Is there a horse?", sealing.UNTIL_SAID),
    )
    before = None
    for month, (voice, year, text, until) in enumerate(said, start=3):
        before = factories.entry(
            person, text, kind=Entry.Kind.LETTER, step="letter", question_key=f"letter-{voice}", voice=voice,
            question="A letter", local_date=date(year, month, 9), reply_to=before, sealed_until=until,
        )  # fmt: skip
    last = person.entries.get(question_key="letter-adult", local_date__year=2026, reply_to__isnull=False)
    today = factories.entry(
        person, "Open me in November.", kind=Entry.Kind.LETTER, step="letter", question_key="letter-adult",
        question="A letter", voice="adult", local_date=date(2026, 2, 2), sealed_until=timezone.localdate(),
    )  # fmt: skip
    return {
        "exchange": f"/kept/{last.pk}/exchange/",
        "exchange-entry": f"/kept/{last.pk}/",
        "answer": f"/steps/letter/write/?answer={last.pk}",
        "answer-who": f"/steps/letter/who/?answer={last.pk}",
        "answer-turns": f"/steps/letter/voices/?answer={last.pk}",
        "until-said": f"/kept/{person.entries.get(sealed_until=sealing.UNTIL_SAID).pk}/",
        "opens-today": f"/kept/{today.pk}/",
    }


def _wishes(person: User) -> dict[str, str]:
    """One that waits, one that was given an afternoon, and one put away."""
    hopes = person.entries.get(question_key="hopes")
    now = timezone.now()
    said: tuple[tuple[str, dict[str, Any]], ...] = (
        ("A dog.", {}),
        ("A whole afternoon with no plan.", {"given_at": now}),
        ("Somebody who’d listen to the whole story.", {}),
        ("To be picked first.", {"withdrawn_at": now}),
    )
    with keyring.opened_for(person.pk, purpose="a test"):
        for text, more in said:
            wish = Wish(owner=person, source=hopes, made_at=now, **more)
            wish.text = text
            wish.save()
            if more.get("given_at"):
                person.entries.filter(kind=Entry.Kind.GIFT).update(wish=wish)
    return {
        "wish-words": f"/wishes/{wish.pk}/",
        "wish-choose": f"/kept/{hopes.pk}/wish/",
        "hopes": f"/kept/{hopes.pk}/",
    }


def _looks(person: User) -> dict[str, str]:
    """Ten looks of one year, one that was let go, and the page that hands them back."""
    rows = [factories.check_in(person, day, **answers) for day, answers in LOOKS]
    gone = factories.check_in(person, date(2026, 8, 2), nearness=0, seems=["numb"], binned_at=timezone.now())
    preferences.change(person, preferences.LOOK_BACK.key, value=True)
    return {
        "look-in-kept": f"/look-in/{rows[-1].pk}/",
        "look-in-change": f"/look-in/{rows[-1].pk}/change/",
        "look-in-gone": f"/look-in/{gone.pk}/",
    }


def _letter(person: User) -> Entry:
    about: dict[str, Any] = {
        "kind": Entry.Kind.LETTER,
        "step": "letter",
        "question_key": "letter-both",
        "question": "",
    }
    thread = factories.entry(person, "", voice="both", kept_at=None, **about)
    for position, (voice, text) in enumerate(TURNS):
        factories.entry(person, text, voice=voice, parent=thread, position=position, **about)
    return thread


def _reminded(person: User) -> str:
    row = Reminder.objects.create(owner=person, time_zone="Europe/Vienna", next_at=timezone.now() + timedelta(days=3))
    return reminders.stop_token(row)


def _answers(person: User) -> None:
    today = date(2026, 11, 23)
    said = (
        (
            "first-words",
            "If you had to introduce your childhood self to a friend, which few words would come first?",
            "muddy, quick, always up a tree",
            3,
        ),
        (
            "afternoons",
            "What could you happily lose an afternoon to?",
            "The flat stones by the weir. Nobody else counted them.",
            70,
        ),
        (
            "hopes",
            "What did that child hope for, out loud or only inside?",
            "A dog.\nSomebody who’d listen to the whole story.\nA whole afternoon with no plan.",
            71,
        ),
    )
    for key, question, text, days in said:
        factories.entry(person, text, question_key=key, question=question, local_date=today - timedelta(days=days))
    factories.entry(
        person,
        "muddy, shy, always under the table with a torch",
        question_key="first-words",
        question="Which few words would come first, about the child you were?",
        local_date=date(2025, 2, 8),
    )
    factories.entry(
        person,
        "Mostly a kind of buzzing. Like a held breath",
        question_key="feelings",
        question="Which feelings were around a lot back then?",
        kept_at=None,
    )
    factories.entry(
        person,
        "You wanted a whole afternoon. Here’s the first hour.",
        kind=Entry.Kind.GIFT,
        step="kindness",
        question_key="time",
        question="What could the two of you do this week, even ten minutes?",
    )


def _place(person: User) -> None:
    now = timezone.now()
    with keyring.opened_for(person.pk, purpose="a test"):
        place = Place(owner=person, pack=1, local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
        place.is_home, place.choices = True, PLACE
        place.save()


def _visits(person: User, letter: Entry) -> None:
    """A letter that waits to be asked what becomes of it, and a wish that was answered."""
    then = timezone.now() - timedelta(minutes=5)
    said: dict[str, dict[str, Any]] = {
        "letter": {"who": {"picked": "adult"}, "write": {"letter": str(letter.pk)}},
        "kindness": {"wish": {"picked": "quote", "quote": "A whole afternoon with no plan."}, "today": {"picked": "put on that song"}},
    }  # fmt: skip
    for step, choices in said.items():
        with keyring.opened_for(person.pk, purpose="a test"):
            visit = Visit(owner=person, step=step, pack=1, screen="becomes" if step == "letter" else "today")
            visit.opened_at = visit.touched_at = then
            visit.choices = choices
            visit.save()


if __name__ == "__main__":
    print(json.dumps(furnish(sys.argv[1])))
