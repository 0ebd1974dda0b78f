"""Who may open what: every address, every method, everybody who might try (trust R19).

What is not listed as open answers as if it had never been there: exactly as for an id that nobody has. An address that
stands in none of the lists fails the first test.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Device, LedgerEnd, SecurityEvent, User
from exercises.models import Place
from journal.models import Import, Wish
from sharing import connections, practices, sheets, windows
from sharing.models import Connection, Sheet
from tests import factories
from tests.client import StrictClient
from tests.sharing import people
from vault import keyring

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CANARY = "a canary that was written by one person"
NOBODYS = UUID("00000000-0000-4000-8000-00000000c0de")

# Nobody’s in particular: open to all, signed in or not. `tests/innerchild/test_middleware.py` lists who need not sign in.
PUBLIC = """
landing about try privacy_notice accessibility help steady steady_way start therapists practice_link handouts handout
manifest security_txt healthz readyz practice_start invited reminder_stop reminder_feed close_resting close_closed
close_over account_signup account_login account_request_login_code account_confirm_login_code account_logout
account_inactive account_email_verification_sent account_reset_password account_confirm_password_reset_code
account_complete_password_reset account_password_reset_completed mfa_authenticate mfa_login_webauthn
""".split()  # noqa: SIM905
# One’s own, whoever is signed in: their address names nothing of anybody.
OWN = """
kept kept_search kept_when kept_folded drawer bin look_back look_back_show look_back_hide print wishes look_in
look_in_earlier imports import_look import_bring export session leave signed_in session_left session_stay welcome
welcome_today welcome_who welcome_leaving welcome_practice welcome_practised welcome_people welcome_begin settings
settings_privacy devices reminders reminders_again reminders_address close close_back setting account_reauthenticate
account_email account_change_password home not_today step screen place place_scene sharing sharing_connect sharing_code
practice practice_join_on practice_join practice_seen practice_handouts practice_invite practice_close ledger
mfa_index mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes
mfa_list_webauthn mfa_add_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn
""".split()  # noqa: SIM905
# The address names something that has an owner, of this kind; they alone open it.
OWNED = {
    "entry": """entry entry_text entry_edit entry_bin entry_unbin entry_for_good entry_unseal entry_drawer entry_note
        entry_compare compare_choose compare_both entry_earlier entry_version version_restore entry_resurfacing
        entry_exchange entry_then entry_read entry_wish turns_merge turn_up turn_down""",
    "wish": "wish_words wish_withdraw wish_have_back",
    "look": "look_in_kept look_in_change look_in_bin look_in_unbin",
    "import": "imported import_out",
    "place": "place_one place_home place_change place_box",
    "factor": "mfa_edit_webauthn mfa_remove_webauthn",
    "suggestion": "suggestion_away",
    "connection": """connection connection_end connection_parting connection_suggestions sheet_new sheet_pick sheet_piece
        sheet_preview sheet_black""",
    "sheet": "sheet sheet_window sheet_stop",
}
KIND = {name: kind for kind, names in OWNED.items() for name in names.split()}
# Of a practice, in a session that proved its second factor: who may, with which methods. All else is closed.
FORM_TYPE = "application/x-www-form-urlencoded"
READS, PRESSES, FORM = ("GET",), ("POST",), ("GET", "POST")
CLIENT_IS_THERE = ("therapist", "revoked", "expired", "outside")
PRACTICE: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "practice_sheet": ("sheet", READS, ("therapist",)),
    "practice_talked": ("sheet", PRESSES, ("therapist",)),
    "practice_suggest": ("connection", FORM, CLIENT_IS_THERE),
    "practice_end": ("connection", FORM, CLIENT_IS_THERE),
    "practice_parting": ("connection", FORM, CLIENT_IS_THERE),
}
# What stands in the other addresses that take something; nothing of anybody is named by it, or what all may know.
TAKES = {
    "steady_way": "feet", "handout": "place-card", "reminder_stop": "x", "reminder_feed": "x", "setting": "language",
    "step": "hello", "screen": "hello/first-words", "practice_join": "about", "invited": "x",
}  # fmt: skip
OF_A_PRACTICE = ("sharing_code", "practice_start")  # its code, which it gives to anybody
# Whoever was brought something there is told the name that the client chose for them, and no more.
NAMES_CLIENTS = {"practice": CLIENT_IS_THERE}
# Closing a practice ends what was brought to it; tests/sharing/test_practice.py tells what of it and no more.
ENDS_BOTH = {"practice_close"}
# These answer for a page in a certain state alone: in the bin, with turns, a letter, saved by its own page.
NEED_MORE = {"entry_for_good", "entry_exchange", "entry_wish", "turns_merge", "entry_text"}
# Made in the browser, an id nobody has is somebody’s new page; of one that is somebody’s nothing is told or changed.
BY_A_NEW_ID = {("entry_text", "PUT")}
ROLES = (
    "signed out",
    "another client",
    "therapist",
    "with nothing",
    "with another’s",
    "revoked",
    "expired",
    "outside",
    "no second factor",
)


@dataclass
class World:
    """What one person has, with the practices they brought something to, and everybody’s browsers."""

    things: dict[str, UUID | int]
    browsers: dict[str, StrictClient]
    people: dict[str, User] = field(default_factory=dict)
    mine: dict[str, dict[str, UUID | int]] = field(default_factory=dict)

    def enter(self, role: str, person: User, *, factor: bool = False) -> None:
        self.people[role], self.browsers[role] = person, browser(person, factor=factor)

    def of(self, role: str) -> Mapping[str, UUID | int]:
        """What a role would try: what that very practice was brought, where it was brought something."""
        return self.things | self.mine.get(role, {})


@pytest.fixture
def world() -> World:
    ada = factories.person()
    entry = factories.entry(ada, CANARY)
    made: dict[str, UUID | int] = {
        "entry": entry.pk,
        "revision": factories.revision(entry, CANARY).pk,
        "turn": factories.entry(ada, CANARY, kind="letter", parent=entry).pk,
        "look": factories.check_in(ada, line=CANARY).pk,
        "factor": 1,
        **_rows(ada),
    }
    built = World(made, {"signed out": StrictClient()})
    built.enter("owner", ada)
    connection = _practices(built, ada, entry)
    built.enter("another client", _elsewhere(connection))
    with keyring.opened_for(ada.pk, purpose="a test"):
        connections.suggest(connection, "letter", CANARY)
    made["suggestion"] = ada.suggestions.get().pk
    people.draft(connection, people.whole(entry), ask=CANARY)
    practices.invite(connection.practice)
    made["draft"], made["invitation"] = ada.draft_sheets.get().pk, connection.practice.invitations.get().pk
    with keyring.opened_for(ada.pk, purpose="a test"):
        device = Device(owner=ada, session_key="x" * 32, began_at=timezone.now())
        device.what = CANARY
        device.save()
    made["device"] = device.pk
    return built


def _rows(ada: User) -> dict[str, UUID | int]:
    now = timezone.now()
    with keyring.opened_for(ada.pk, purpose="a test"):
        wish = Wish(owner=ada, made_at=now)
        wish.text = CANARY
        wish.save()
        place = Place(owner=ada, pack=1, local_date=now.date(), time_zone="UTC", created_at=now, updated_at=now)
        place.choices = {"name": CANARY}
        place.save()
        brought = Import(owner=ada, format="jrnl", made_at=now)
        brought.name = CANARY
        brought.save()
    return {"wish": wish.pk, "place": place.pk, "import": brought.pk}


def _practices(built: World, ada: User, entry: Any) -> Connection:
    """One for each role; the first of them is the one whose sheet is open, in a session with a second factor."""
    now, first = timezone.now(), None
    times = {"expired": now - timedelta(days=9), "outside": now + timedelta(days=9)}
    for role in ("therapist", "revoked", "expired", "outside", "no second factor"):
        therapist = factories.person()
        connection = people.connection(ada, people.practice(therapist), CANARY)
        window = people.around(times[role]) if role in times else windows.for_days(3, now)
        sheet = people.sheet(connection, people.whole(entry), ask=CANARY, window=window)
        if role == "revoked":
            sheets.stop(sheet)
        built.enter(role, therapist, factor=role != "no second factor")
        built.mine[role] = {"connection": connection.pk, "sheet": sheet.pk}
        first = first or connection
    assert first
    built.things |= built.mine["therapist"]
    nobodys, stranger = factories.person(), factories.person()
    people.practice(nobodys)
    built.enter("with nothing", nobodys, factor=True)
    people.sheet(people.connection(factories.person(), people.practice(stranger)), ask="of somebody else")
    built.enter("with another’s", stranger, factor=True)
    return first


def _elsewhere(connection: Connection) -> User:
    """Another client of the same practice, who brought something, too."""
    other = factories.person()
    people.sheet(people.connection(other, connection.practice), ask="of somebody else")
    return other


def browser(person: User, *, factor: bool = False) -> StrictClient:
    made = StrictClient()
    if factor:
        people.with_factor(made, person)
    else:
        assert made.login(email=person.email, password=factories.PASSWORD)
    return made


def patterns(found: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns)
        else:
            yield each


def address(name: str, things: Mapping[str, Any]) -> str:
    kind = KIND.get(name) or PRACTICE[name][0]
    more = {"entry_version": ["revision"], "version_restore": ["revision"], "turn_up": ["turn"], "turn_down": ["turn"]}
    arguments = [things[key] for key in (kind, *more.get(name, []))]
    return reverse(name, args=[*arguments, *([1] if name == "sheet_piece" else [])])


def answer(world: World, role: str, method: str, path: str) -> tuple[int, str]:
    """What this role is told, without what differs on every page; nothing that it does stays."""
    with transaction.atomic():
        response = world.browsers[role].generic(method, path)
        told = response.text
        transaction.set_rollback(True)
    where = response.get("Location", "")
    told = re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="\w+"', "", f"{where}\n{told}")
    return response.status_code, re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|/settings/passkeys/\d+/", "…", told)


def test_every_address_stands_in_one_list() -> None:
    """A new one is thought about before it is open to anybody."""
    names = [pattern.name for pattern in patterns()]
    listed = [*PUBLIC, *OWN, *KIND, *PRACTICE]
    assert sorted(map(str, names)) == sorted(listed)


def test_nobody_has_a_key_to_the_house() -> None:
    """No person stands above others here: there is no staff, no superuser, and no page of theirs (trust R26)."""
    fields = {each.name for each in User._meta.get_fields()}
    assert (fields & {"is_staff", "is_superuser", "groups"}, apps.is_installed("django.contrib.admin")) == (
        set(),
        False,
    )


@pytest.mark.parametrize("role", ROLES)
def test_what_is_somebody_elses_is_not_there(world: World, role: str) -> None:
    things = world.of(role)
    nobodys: dict[str, UUID | int] = {key: 99 if key == "factor" else uuid4() for key in things}
    wrong = []
    for name in (*KIND, *PRACTICE):
        allowed = PRACTICE[name][1] if name in PRACTICE and role in PRACTICE[name][2] else ()
        for method in METHODS:
            status, told = answer(world, role, method, address(name, things))
            cell = f"{method} {name}: {status}"
            if method in allowed:
                wrong += [f"{cell}, closed"] if status >= 400 and status != 422 else []
            elif (name, method) in BY_A_NEW_ID and status == 404:
                continue
            elif (status, told) != answer(world, role, method, address(name, nobodys)) or status < 300:
                wrong.append(cell)
            if CANARY in told and not (allowed and method in allowed):
                wrong.append(f"{cell}, with their words")
    assert wrong == []


def test_its_owner_finds_what_is_theirs(world: World) -> None:
    """Else everything above would be closed for a reason of its own."""
    found = [name for name in KIND if any(open_to_owner(world, name))]
    assert KIND.keys() - set(found) == NEED_MORE | {name for name, kind in KIND.items() if kind == "factor"}


@pytest.mark.parametrize("role", ROLES)
def test_a_page_that_names_nobody_tells_and_changes_nothing_of_others(world: World, role: str) -> None:
    """With everything that can be said in a form, each naming what is somebody else’s."""
    person = world.people.get(role)
    before, wrong = stand(person), []
    said = everything_said(world) | {"writer": str(person.pk if person else "")}
    body, browser = urlencode(said, doseq=True), world.browsers[role]
    signed_in = browser.cookies.copy()
    for name in (*PUBLIC, *OWN):
        for method in METHODS:
            browser.cookies = signed_in.copy()  # one page before signed out, which was taken back
            with transaction.atomic():
                response = browser.generic(method, page_of(world, name), body, FORM_TYPE)
                told = CANARY in response.text and role not in NAMES_CLIENTS.get(name, ())
                pressed = method == "POST" and response.status_code != 405 and name not in ENDS_BOTH
                changed = pressed and stand(person) != before
                transaction.set_rollback(True)
            closed = role != "signed out" or name in PUBLIC or response.status_code in (302, 303, 401, 403, 404, 405)
            if told or changed or not closed or (response.status_code >= 500 and name != "readyz"):
                wrong.append(f"{method} {name}: {response.status_code}")
    assert wrong == []


def everything_said(world: World) -> dict[str, Any]:
    entry, more = str(world.things["entry"]), {key: str(value) for key, value in world.things.items()}
    return {
        "box": "words", "words.entry": entry, "words.text": "mine", "words.base_rev": "1", "words.operation": str(uuid4()),
        "pick": [entry, f"entry:{entry}", f"place:{more['place']}"], "take": more["invitation"], "take-up": more["draft"],
        "end": more["device"], "wish": more["wish"], "key": more["wish"], "line": entry, "chosen": entry, "also": entry,
        "sheet": more["sheet"], "picked": entry, "entry": entry, "place": more["place"], "id": entry, "as": "pages",
        "confirm": "on", "go": "keep",
    }  # fmt: skip


def page_of(world: World, name: str) -> str:
    if name in OF_A_PRACTICE:
        return reverse(name, args=[Connection.objects.get(pk=str(world.things["connection"])).practice.code])
    return reverse(name, args=TAKES[name].split("/") if name in TAKES else [])


def stand(person: User | None) -> list[Any]:
    """How everything stands that is not this person’s. What is noted of a refusal is no part of it."""
    found = []
    for model in apps.get_models():
        names = {each.name for each in model._meta.concrete_fields}
        theirs = {"User": "pk", "Invitation": "practice__owner"}.get(
            model.__name__, "owner" if "owner" in names else ""
        )
        if theirs and model not in (SecurityEvent, LedgerEnd):
            rows = model._base_manager.exclude(**{theirs: person.pk if person else NOBODYS})
            found.append(list(rows.order_by("pk").values_list()))
    return found


def open_to_owner(world: World, name: str) -> Iterator[bool]:
    nobodys: dict[str, UUID | int] = {key: 99 if key == "factor" else NOBODYS for key in world.things}
    for method in METHODS:
        told = answer(world, "owner", method, address(name, world.things))
        yield told[0] != 405 and told != answer(world, "owner", method, address(name, nobodys))


@pytest.mark.parametrize("role", ["signed out", "another client", "with nothing", "with another’s", "no second factor"])
def test_no_page_of_ones_own_shows_what_somebody_else_wrote(world: World, role: str) -> None:
    told = {}
    for pattern in patterns():
        if pattern.name in (*PUBLIC, *OWN) and not pattern.pattern.converters and pattern.name != "account_logout":
            status, text = answer(world, role, "GET", reverse(pattern.name))
            told[pattern.name] = (status, CANARY in text)
    assert [name for name, (_status, shown) in told.items() if shown] == []
    if role == "signed out":
        assert [name for name in OWN if name in told and told[name][0] not in (302, 401, 405)] == []


def test_a_practice_is_shown_the_words_it_was_brought_and_no_others(world: World) -> None:
    sheet = Sheet.objects.get(pk=str(world.mine["therapist"]["sheet"]))
    status, told = answer(world, "therapist", "GET", reverse("practice_sheet", args=[sheet.pk]))
    assert (status, told.count(CANARY) > 0) == (200, True)
