"""What a second factor keeps: a frozen format, refused when altered, and sealed anew with the master key."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import Settings

from accounts import factors
from tests import factories
from tests.accounts.steps import give_app, give_codes, give_passkey
from tests.vault.test_commands import NEW, OLD, run
from vault import masterkeys, seeds
from vault.envelope import Refused

# Master key 00…1f, nonce 00…0b, text below; made once by `cryptography` itself, never by the code under test.
VECTOR = "m1.k2026a.AAECAwQFBgcICQoLvhespc0r3uNhMDBmLKP-ECp9QXVuDtxXBIDNHPqsXn5KArKA11y0PIpeVW3l-cEW"
TEXT = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sealed_texts() -> list[str]:
    rows = Authenticator.objects.order_by("pk")
    return [sealed for row in rows for _, sealed in seeds.sealed_in(row.data)]


def test_vector_opens_and_is_what_sealing_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust §3.4."""
    monkeypatch.setattr("os.urandom", lambda count: bytes(range(count)))
    assert (seeds.seal(TEXT), seeds.open_sealed(VECTOR)) == (VECTOR, TEXT)


def test_every_flipped_bit_and_whatever_was_not_sealed_here_is_refused() -> None:
    head, _, encoded = VECTOR.rpartition(".")
    blob = base64.urlsafe_b64decode(encoded)
    wrong = [
        "",
        TEXT,
        "m1.",
        "m1.k2026a.",
        VECTOR.replace("m1", "m2"),
        VECTOR.replace("k2026a", "k1999a"),
        VECTOR + "!",
    ]
    for bit in range(len(blob) * 8):
        flipped = bytearray(blob)
        flipped[bit // 8] ^= 1 << bit % 8
        wrong.append(f"{head}.{base64.urlsafe_b64encode(flipped).decode()}")
    opened = []
    for sealed in wrong:
        try:
            opened.append(seeds.open_sealed(sealed))
        except Refused:
            continue
    assert (len(wrong) > 400, opened) == (True, [])
    assert seeds.seal(TEXT) != seeds.seal(TEXT)


@pytest.fixture
def master(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.KEYS_DIR = tmp_path
    file = tmp_path / "master"
    file.write_text(OLD)
    yield file
    masterkeys._known.cache_clear()


def turn(file: Path, lines: str) -> None:
    file.write_text(lines)
    masterkeys._known.cache_clear()


@pytest.mark.django_db
def test_a_new_master_key_seals_them_anew_and_the_old_one_may_go(master: Path) -> None:
    """What else lies in the column stays as it is: which codes are used up, and the public half of a passkey."""
    ada = factories.person()
    secret, codes, passkey = give_app(ada), give_codes(ada), give_passkey(ada, "Kettle")
    assert Authenticator.objects.get(type="recovery_codes").wrap().validate_code(codes[0])
    turn(master, f"{NEW}\n{OLD}\n")
    bea = factories.person()
    later = give_codes(bea)
    lines = "rewrapped: 4\nchanged meanwhile: 0\nrefused: 0\nstill under another master key: 0\n"
    assert run("rewrap_keys") == (lines, "")
    turn(master, NEW)
    assert {seeds.key_of(sealed) for sealed in sealed_texts()} == {"k2027a"}
    rows = {(row.user_id, row.type): row for row in Authenticator.objects.all()}
    assert seeds.open_sealed(rows[ada.pk, "totp"].data["secret"]) == secret
    assert rows[ada.pk, "recovery_codes"].wrap().get_unused_codes() == codes[1:]
    assert rows[bea.pk, "recovery_codes"].wrap().get_unused_codes() == later
    passkey.refresh_from_db()
    assert (factors.name_of(passkey), passkey.data["credential"]) == ("Kettle", {})
    assert run("verify_letters", "--all") == ("keys opened: 7, refused: 0\nopened: 0, refused: 0\n", "")


@pytest.mark.django_db
def test_one_that_does_not_open_is_named_kept_and_keeps_the_old_key(master: Path) -> None:
    secret = give_app(factories.person())
    row = Authenticator.objects.get()
    Authenticator.objects.update(data={"secret": row.data["secret"][:-4] + "AAAA"})
    turn(master, f"{NEW}\n{OLD}\n")
    printed, complaint = run("rewrap_keys")
    assert printed == "rewrapped: 1\nchanged meanwhile: 0\nrefused: 1\nstill under another master key: 1\n"
    assert complaint == "Some keys are still under another master key: keep it in the file."
    printed, complaint = run("verify_letters", "--all")
    assert (f"refused: mfa.Authenticator {row.pk} secret" in printed, complaint != "") == (True, True)
    assert secret not in printed
