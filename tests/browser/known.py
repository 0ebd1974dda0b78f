"""Somebody’s therapists: one who suggests a step, one who asks to connect, and one with whom it is over."""

from accounts.models import User
from sharing import connections, practices
from sharing.models import Connection
from tests.sharing import people
from vault import keyring


def furnish(person: User) -> dict[str, str]:
    """Addresses by name. The person has brought something already."""
    row = person.connections.get(practice__name="Robin Vale")
    with keyring.opened_for(row.practice.owner_id, purpose="a test"):
        connections.suggest(row, "place", "If you like, look for a corner where nobody calls you in.")
    asks = people.practice(
        name="Dr Ada Elm-Whittaker", place="", profession="Clinical psychologist", registration="PSY 0815, North",
        reply_habit="I read what you bring on the day of our session.",
    )  # fmt: skip
    before = people.connection(person, people.practice(name="Juno Hale", place="The Old Mill"), "me")
    people.sheet(before, ask="How to begin, mostly.")
    connections.end(before, Connection.Side.PRACTICE)
    return {
        "sharing-connection": f"/sharing/{row.pk}/",
        "sharing-over": f"/sharing/{before.pk}/",
        "sharing-end": f"/sharing/{row.pk}/end/",
        "sharing-parting": f"/sharing/{row.pk}/parting/",
        "sharing-code": f"/sharing/connect/{asks.code}/",
        "sharing-name": f"/sharing/connect/{row.practice.code}/",
        "sharing-start": f"/start/{asks.code}/",
        "sharing-invited": f"/invited/{practices.invite(asks)}/",
    }
