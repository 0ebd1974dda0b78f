"""Bad luck: processes killed, one after another. What was kept stays, and what fell gets up."""

import os
import signal

import pytest

from innerchild import embedded
from tests.up.house import House, children, free_port, naming, until

pytestmark = pytest.mark.xdist_group("up")
# Somebody with a reminder that is due: sending it asks for none of their keys.
DUE = """
WITH somebody AS (
  INSERT INTO accounts_user (id, password, email, is_active, created_at, adult_at, consent_at, time_zone, language,
    country, preferences, session_rule)
  VALUES (gen_random_uuid(), '', 'ada@example.org', true, now(), now(), now(), 'UTC', 'en', '', '{}', 'plain')
  RETURNING id)
INSERT INTO accounts_reminder (id, owner_id, rhythm, weekday, hour, time_zone, next_at, unanswered, tries)
SELECT gen_random_uuid(), id, 'weekly', 0, 0, 'UTC', now(), 0, 0 FROM somebody
"""


def test_killed_children_are_started_again(house: House) -> None:
    up = house.up()
    before = children(up.pid)

    os.kill(before["web"], signal.SIGKILL)
    until(lambda: children(up.pid).get("web", before["web"]) != before["web"])
    until(lambda: house.status() == 200)

    os.kill(before["worker"], signal.SIGKILL)
    until(lambda: children(up.pid).get("worker", before["worker"]) != before["worker"])

    os.kill(before["database"], signal.SIGKILL)
    until(lambda: house.cluster.answers() and children(up.pid)["database"] != before["database"])
    until(lambda: house.status("/readyz") == 200)

    told = [line for line in house.said.splitlines() if line.endswith("it starts again in 0.5 s.")]
    assert [line.partition(" ended;")[0] for line in told] == ["The web server", "The task worker", "The database"]


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_up_asked_to_stop_leaves_nothing_running(house: House, asked: signal.Signals) -> None:
    up = house.up()
    up.send_signal(asked)
    assert up.wait(60) == 0
    assert house.said.splitlines()[-1] == "Innerchild is closed. Everything is kept."
    assert naming(str(house.data)) == []
    assert (house.data / "run" / "postgres.log").read_text().splitlines()[-1].endswith("database system is shut down")
    assert (house.data / "up.lock").read_text() == ""


def test_up_after_a_kill_finds_everything(house: House) -> None:
    up = house.up()
    house.sql("CREATE TABLE kept AS SELECT 'a word' AS word")
    house.sql("INSERT INTO django_session VALUES ('ended', '', now() - interval '1 day')")
    house.sql(DUE)
    left = house.postmaster()
    up.kill()
    up.wait()
    os.kill(left, 0)  # the server outlived it

    house.up(EMAIL_URL=f"smtp://127.0.0.1:{free_port()}")  # nobody is there, which is a try all the same
    assert house.sql("SELECT word FROM kept") == [("a word",)]
    assert house.status() == 200
    assert house.postmaster() != left
    until(lambda: house.sql("SELECT count(*) FROM django_session WHERE session_key = 'ended'") == [(0,)])  # tidied
    until(lambda: house.sql("SELECT tries, sent_at FROM accounts_reminder") == [(1, None)])  # reminded
    assert "remind" not in house.said.lower()
    with pytest.raises(ProcessLookupError):
        os.kill(left, 0)


def test_commands_start_a_server_for_their_own_length(house: House) -> None:
    house.cluster.initialise()
    house.extra["SECRET_KEY"] = "of this test alone"
    done = house.run("migrate", "--verbosity", "0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = house.run("migrate", "--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert naming(str(house.data)) == []


def test_up_on_a_server_of_ones_own_makes_no_cluster(house: House, closed_house: House) -> None:
    server = closed_house.cluster.start()
    try:
        where = closed_house.cluster.conninfo()
        address = f"postgresql://{where['user']}:{where['password']}@/{where['dbname']}?host={where['host']}"
        up = house.up(DATABASE_URL=address)
        assert (house.status(), sorted(children(up.pid))) == (200, ["web", "worker"])
        assert sorted(path.name for path in house.keys.iterdir()) == ["master", "secret_key"]
        assert not house.cluster.exists
        up.terminate()
        assert up.wait(60) == 0
        assert closed_house.sql("SELECT count(*) > 0 FROM django_migrations") == [(True,)]
    finally:
        embedded.stop(server)


def test_up_waits_its_turn_while_a_command_has_the_folder(house: House) -> None:
    house.cluster.initialise()
    code = (
        "import subprocess, sys; print(subprocess.run([sys.executable, 'manage.py', 'up'], capture_output=True).stderr)"
    )
    done = house.run("shell", "--no-imports", "-v", "0", "-c", code)
    assert "`manage.py shell` is at work in this folder (process " in done.stdout
    assert done.returncode == 0
