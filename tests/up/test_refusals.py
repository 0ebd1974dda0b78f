"""What `up` cannot start with: one sentence, exit 1, nothing made."""

import socket
from pathlib import Path

import pytest

from innerchild import datafolder, embedded, keyfiles
from innerchild.processes import CannotStart
from tests.up.house import House

pytestmark = pytest.mark.xdist_group("up")
NEEDS_HTTPS = (
    "Without https Innerchild is served at localhost only, because browsers keep drafts safe nowhere else: "
    "set INNERCHILD_URL to the https:// address that people will type.\n"
)


def refusal(house: House, *arguments: str, **extra: str) -> str:
    """What the refused `up` says; it says it once, on stderr, without a traceback."""
    done = house.run("up", *arguments, **extra)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_port_in_use_is_one_sentence(closed_house: House) -> None:
    with socket.create_server(("127.0.0.1", closed_house.port)):
        assert (
            refusal(closed_house, "--port", str(closed_house.port))
            == f"Port {closed_house.port} is in use: choose another with --port.\n"
        )


def test_folder_that_is_a_file_is_one_sentence(house: House) -> None:
    house.data.write_text("not a folder")
    said = refusal(house)
    assert said == f"Innerchild cannot write in {house.data}: File exists.\n"
    assert house.data.read_text() == "not a folder"


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (["--host", "0.0.0.0"], ""),
        (["--host", "192.0.2.1"], "http://localhost:8000"),
        ([], "http://innerchild.example"),
        ([], "innerchild.example"),
    ],
)
def test_other_hosts_without_https_are_refused(closed_house: House, arguments: list[str], address: str) -> None:
    extra = {"INNERCHILD_URL": address} if address else {}
    assert refusal(closed_house, *arguments, **extra) == NEEDS_HTTPS


def test_mail_address_that_is_none_is_refused_without_repeating_it(closed_house: House) -> None:
    said = refusal(closed_house, EMAIL_URL="mail.example:secret-word")
    assert said == "EMAIL_URL begins with smtp:// or smtps:// and names a host.\n"


def test_host_that_is_a_name_is_refused(closed_house: House) -> None:
    assert refusal(closed_house, "--host", "example.org").startswith("--host takes an IP address")


def test_database_that_is_away_is_one_sentence(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = refusal(house, DATABASE_URL=f"postgresql://ada:secret-word@127.0.0.1:{port}/innerchild")
    assert said.startswith("The database of DATABASE_URL cannot be reached: ")
    assert said.count("\n") == 1
    assert "secret-word" not in said
    assert not house.keys.exists()


def test_address_that_is_none_is_refused_without_repeating_it(house: House) -> None:
    assert refusal(house, DATABASE_URL="mysql://ada:secret-word@localhost/innerchild") == (
        "DATABASE_URL is not an address of PostgreSQL; one looks like postgresql://name:password@host:5432/innerchild.\n"
    )


def test_old_postgresql_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.cluster.initialise()
    server = house.cluster.start()
    try:
        where = house.cluster.conninfo()
        address = f"host={where['host']} user={where['user']} password={where['password']} dbname={where['dbname']}"
        monkeypatch.setattr(datafolder, "OLDEST_POSTGRESQL", 99)
        with pytest.raises(CannotStart) as refused:
            datafolder._look_at(address, house.keys)
    finally:
        embedded.stop(server)
    assert str(refused.value) == "The database of DATABASE_URL is PostgreSQL 18; Innerchild needs 99 or newer."


def test_database_with_writing_and_no_master_key_is_refused(house: House, tmp_path: Path) -> None:
    house.cluster.initialise()
    server = house.cluster.start()
    try:
        house.sql("CREATE TABLE vault_keywrap (blob bytea)")
        where = house.cluster.conninfo()
        address = f"postgresql://{where['user']}:{where['password']}@/{where['dbname']}?host={where['host']}"
        apart = {"DATABASE_URL": address, "INNERCHILD_DATA": str(tmp_path / "apart")}
        house.sql("INSERT INTO vault_keywrap VALUES ('x')")
        assert refusal(house, **apart) == (
            f"The database of DATABASE_URL holds writing, but there is no master key in {tmp_path / 'apart' / 'keys'}: "
            "put back the key that belongs to it. No new key was made.\n"
        )
        assert not (tmp_path / "apart" / "keys").exists()
    finally:
        embedded.stop(server)


@pytest.mark.parametrize("name", ["master", "innerchild_password"])
def test_data_without_its_keys_is_refused(house: House, name: str) -> None:
    house.cluster.initialise()
    for gone in {"master", name}:
        (house.keys / gone).unlink(missing_ok=True)
    if name != "master":
        (house.keys / "master").write_text("k202601:" + "A" * 43 + "=")
    assert refusal(house) == (
        f"There is data in {house.data / 'postgres'}, but {name} is not in {house.keys}: put back the keys "
        "that belong to it, or move the data elsewhere to begin anew. No new key was made.\n"
    )
    assert keyfiles.read(house.keys, name) == ""


def test_another_master_key_over_writing_is_refused(house: House) -> None:
    made = house.up()
    people = (
        "from accounts.models import User; from django.utils import timezone as t;"
        "User.objects.create_user('ada@example.org', 'a long enough one', adult_at=t.now(), consent_at=t.now())"
    )
    assert house.run("shell", "--no-imports", "-c", people).returncode == 0
    made.terminate()
    assert made.wait(60) == 0

    master = house.keys / "master"
    right = master.read_text()
    master.unlink()
    master.write_text(right.partition(":")[0] + ":" + "A" * 43 + "=")
    key_id = right.partition(":")[0]
    said = refusal(house, "--port", str(house.port))
    assert said == f"The master key '{key_id}' in {house.keys} is not the one that this data was written with.\n"
    assert not house.cluster.answers()

    assert house.python("import innerchild.wsgi", INNERCHILD_POOL="0").returncode == 0  # the database is only away
    master.unlink()
    master.write_text(right)
    house.up()
    assert house.status() == 200
