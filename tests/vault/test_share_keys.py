"""The key of something shared: it opens for two people, cannot be pointed at a third, and is gone once destroyed."""

import base64
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from sharing import sheets, windows
from sharing.models import Connection, Sheet, SheetItem
from tests import factories
from tests.sharing import people
from vault import destroying, envelope, keyring, masterkeys, opening, rewrapping, rotating
from vault.envelope import Refused, Share
from vault.keyring import KeyNotInRing
from vault.models import ShareKey
from vault.resealing import Outcome

pytestmark = pytest.mark.django_db
OWNER, READER, SHARE = (UUID(int=number) for number in (1, 2, 3))
MASTER, KEY = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def connection() -> Connection:
    return people.connection(factories.person(), people.practice())


@pytest.fixture
def sheet(connection: Connection) -> Sheet:
    return people.sheet(connection, people.whole(factories.entry(connection.owner, "brought along")), ask="read this")


def reader_of(connection: Connection) -> UUID:
    return connection.practice.owner_id


def words(sheet: Sheet, person: UUID) -> str:
    with keyring.opened_for(person, purpose="a test"):
        item = SheetItem.objects.get(sheet=sheet)
        return f"{Sheet.objects.get(pk=sheet.pk).ask}, {item.words['parts'][0]['runs']}"


def test_wrap_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen: another additional data would leave every sheet shut."""
    monkeypatch.setattr("vault.envelope.os.urandom", lambda size: bytes(range(size)))
    blob = envelope.wrap_share(MASTER, KEY, key_id="k2026a", share=Share(SHARE, OWNER, READER))
    assert blob.hex() == VECTOR


# Computed apart from this code: AES-256-GCM with "icj:s1", share, owner, reader, length and name as additional data.
VECTOR = (
    "0101066b3230323661000102030405060708090a0b6723f438e1c0e43ca568bda09dc45642b3e7b507c44e694b005edfbe21543e"
    "8d36b5d551ee9bc9791314a1a35e3dbd89"
)


@pytest.mark.parametrize(
    "share", [Share(OWNER, OWNER, READER), Share(SHARE, READER, OWNER), Share(SHARE, OWNER, OWNER)]
)
def test_wrap_of_a_share_opens_for_no_other(share: Share) -> None:
    blob = envelope.wrap_share(MASTER, KEY, key_id="k2026a", share=Share(SHARE, OWNER, READER))
    assert envelope.unwrap_share(MASTER, blob, key_id="k2026a", share=Share(SHARE, OWNER, READER)) == KEY
    with pytest.raises(Refused):
        envelope.unwrap_share(MASTER, blob, key_id="k2026a", share=share)


def test_wrap_of_a_person_is_none_of_a_share() -> None:
    blob = envelope.wrap(MASTER, KEY, key_id="k2026a", person=SHARE, generation=1)
    with pytest.raises(Refused):
        envelope.unwrap_share(MASTER, blob, key_id="k2026a", share=Share(SHARE, OWNER, READER))


def test_its_owner_and_its_reader_open_it_and_nobody_else(sheet: Sheet) -> None:
    told = {words(sheet, person) for person in (sheet.owner_id, reader_of(sheet.connection))}
    assert told == {"read this, [['text', 'brought along']]"}
    other = people.practice().owner_id
    for person in (other, factories.person().pk):
        with pytest.raises(KeyNotInRing):
            words(sheet, person)


def test_the_reader_holds_none_of_the_owners_own_keys(sheet: Sheet) -> None:
    with keyring.opened_for(reader_of(sheet.connection), purpose="a test"), pytest.raises(KeyNotInRing):
        SheetItem.objects.get(sheet=sheet).own_words  # noqa: B018


def test_a_key_given_to_another_reader_in_the_database_opens_nothing(sheet: Sheet) -> None:
    other = people.practice().owner_id
    ShareKey.objects.filter(pk=sheet.pk).update(reader_id=other)
    with pytest.raises(Refused):
        words(sheet, other)


def test_a_ring_without_anybody_holds_no_share(sheet: Sheet) -> None:
    with keyring.opened(lambda: None, purpose="a test") as ring, pytest.raises(KeyNotInRing):
        ring.share(sheet.pk)


def test_a_ring_that_turns_to_somebody_else_lets_go_of_the_shares(sheet: Sheet) -> None:
    turned = [reader_of(sheet.connection)]
    with keyring.opened(lambda: turned[0], purpose="a test") as ring:
        ring.share(sheet.pk)
        turned[0] = factories.person().pk
        with pytest.raises(KeyNotInRing):
            ring.share(sheet.pk)


def test_many_are_read_in_one_query(connection: Connection, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = [people.connection(factories.person(), connection.practice) for _number in range(3)]
    with keyring.opened_for(reader_of(connection), purpose="a test") as ring, django_assert_num_queries(1):
        ring.hold_shares([row.pk for row in made])
        assert [row.name for row in made] == ["J."] * 3


def test_destroyed_it_opens_for_nobody(sheet: Sheet) -> None:
    destroying.destroy_share(sheet.pk)
    for person in (sheet.owner_id, reader_of(sheet.connection)):
        with pytest.raises(KeyNotInRing):
            words(sheet, person)


@pytest.mark.parametrize("whose", ["owner", "reader"])
def test_with_either_person_its_key_goes(sheet: Sheet, whose: str) -> None:
    destroying.destroy(sheet.owner_id if whose == "owner" else reader_of(sheet.connection))
    assert not ShareKey.objects.filter(pk=sheet.pk).exists()


def test_rewrapping_takes_shares_along(sheet: Sheet, settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path
    old, new = base64.b64encode(bytes(range(32))).decode(), base64.b64encode(bytes(32)).decode()
    (tmp_path / "master").write_text(f"k2027a:{new}\nk2026a:{old}\n")
    masterkeys._known.cache_clear()
    call_command("rewrap_keys", verbosity=0)
    assert (rewrapping.used(), rewrapping.left()) == ({"k2027a"}, 0)
    (tmp_path / "master").write_text(f"k2027a:{new}\n")
    masterkeys._known.cache_clear()
    assert words(sheet, reader_of(sheet.connection)) == "read this, [['text', 'brought along']]"
    masterkeys._known.cache_clear()


def test_rotating_the_owners_key_leaves_shared_copies_and_seals_their_own_anew(sheet: Sheet) -> None:
    before = bytes(SheetItem.objects.get(sheet=sheet).words_sealed or b"")
    rotating.begin([sheet.owner_id])
    counts = rotating.finish([sheet.owner_id])
    item = SheetItem.objects.get(sheet=sheet)
    assert (counts[Outcome.REFUSED], bytes(item.words_sealed or b"")) == (0, before)
    assert envelope.generation_of(bytes(item.own_words_sealed)) == 2
    assert words(sheet, reader_of(sheet.connection)) == "read this, [['text', 'brought along']]"


def test_everything_shared_is_tried_and_what_was_taken_back_is_no_failure(sheet: Sheet) -> None:
    tried = list(opening.try_all(sheet.owner_id)) + list(opening.try_keys(sheet.owner_id))
    places = {one.where.split()[0] for one in tried}
    assert {"sharing.Sheet", "sharing.SheetItem", "sharing.Connection", "vault.ShareKey"} <= places
    sheets.stop(sheet)
    tried += list(opening.try_all(sheet.owner_id)) + list(opening.try_keys(sheet.owner_id))
    assert {one.opened for one in tried} == {True}
    ShareKey.objects.filter(owner=sheet.owner_id).update(blob=bytes(70))
    assert [one.opened for one in opening.try_keys(sheet.owner_id)].count(False) == 1


def test_over_by_its_time_the_key_is_destroyed_and_the_copy_emptied(connection: Connection) -> None:
    now = timezone.now()
    text = people.whole(factories.entry(connection.owner))
    sheet = people.sheet(connection, text, window=people.around(now))
    later = people.sheet(connection, text, window=windows.until_stopped(now))
    assert sheets.close_due(now + timedelta(hours=23)) == 0
    assert sheets.close_due(now + timedelta(hours=24)) == 1
    assert [ShareKey.objects.filter(pk=each.pk).exists() for each in (sheet, later)] == [False, True]
    assert SheetItem.objects.get(sheet=sheet).words_sealed is None
    with keyring.opened_for(connection.owner_id, purpose="a test"):
        assert SheetItem.objects.get(sheet=sheet).own_words["parts"][0]["runs"] == [["text", "a few words"]]


def test_a_person_and_a_share_may_have_the_same_number(sheet: Sheet, connection: Connection) -> None:
    """Nothing stops two ids from being equal; then still nothing opens for the wrong one."""
    other = User(pk=sheet.pk, email=f"{uuid4()}@example.org", adult_at=timezone.now(), consent_at=timezone.now())
    other.save()
    with keyring.opened_for(other.pk, purpose="a test") as ring, pytest.raises(KeyNotInRing):
        ring.share(sheet.pk)
