"""Two people who know each other here: how that begins, what each may do, and how it ends."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import FETCH_RAISE, Q
from django.utils import timezone

from accounts import ledger
from accounts.models import SecurityEvent, User
from sharing import sheets
from sharing.models import Connection, Invitation, Practice, Sheet, Suggestion
from sharing.opening import opened
from vault import destroying, keyring

Kind = SecurityEvent.Kind
NAME_MAX = 60
SUGGESTION_MAX = 300
ENOUGH, LATELY = 5, timedelta(days=30)  # suggestions to one client, in that time
TWICE = timedelta(minutes=1)  # between two presses that were meant as one


def connect(person: User, practice: Practice, name: str, invitation: Invitation | None = None) -> Connection:
    """Begin, or find what goes on already: then only the name is new. The person's own ring has to be open.

    An invitation counts once, in the same transaction. Raises `Invitation.DoesNotExist` where it was used or is over,
    and `Practice.DoesNotExist` where the practice closed meanwhile.
    """
    now = timezone.now()
    with transaction.atomic():
        Practice.objects.select_for_update().get(pk=practice.pk, closed_at=None)
        if invitation is not None:
            _use(invitation, now)
        row = Connection.objects.going_on(now).filter(owner=person, practice=practice).first()
        if row is None:
            _tidy(person, practice)
            row = Connection(owner=person, practice=practice, made_at=now, understood_at=now)
            keyring.make_share_key(row.pk, owner=person.pk, reader=practice.owner_id)
            ledger.note(person.pk, Kind.CONNECTED, connection=str(row.pk))
        row.name = name
        row.save()
        User.objects.filter(pk=person.pk).update(knows_a_practice=True)
    person.knows_a_practice = True
    return row


def going_on(person: User) -> list[Connection]:
    """A client's therapists, newest first."""
    rows = person.connections.going_on(timezone.now()).select_related("practice")
    return list(rows.order_by("-made_at", "-id").fetch_mode(FETCH_RAISE))


def of_practice(practice: Practice) -> list[Connection]:
    """A practice's clients, newest first, with every name ready to be opened: one query for the keys."""
    rows = list(practice.connections.going_on(timezone.now()).order_by("-made_at", "-id").fetch_mode(FETCH_RAISE))
    keyring.current().hold_shares([row.pk for row in rows])
    return rows


def end(connection: Connection, side: Connection.Side) -> None:
    """Over, now, whoever said so: every sheet closes, and the keys go. What the client wrote and brought stays theirs."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        if row.ended_at is not None:
            return
        _close(row, side, timezone.now())
    connection.refresh_from_db()


def part_on(connection: Connection, ends_at: datetime | None, side: Connection.Side) -> bool:
    """A parting that both see beforehand; None takes the day back. False where that is not for this side to say.

    It is the client who decides how long anything of theirs is open, and nobody is held to a day: either side may name
    a nearer one. A later one, or none, is for the client, and for the practice where the day is its own.
    """
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        if row.ended_at is not None or (side == Connection.Side.PRACTICE and _prolongs(row, ends_at)):
            return False
        changes = row.ends_at != ends_at
        if row.ends_at is None or side == Connection.Side.CLIENT:
            row.ends_by = side  # a practice that names a nearer day leaves it the client's
        row.ends_at = ends_at
        if ends_at is None:
            row.ends_by = ""
        row.save(update_fields=["ends_at", "ends_by"])
        if changes:
            kind = Kind.PARTING_NAMED if ends_at else Kind.PARTING_TAKEN_BACK
            ledger.note(row.owner_id, kind, connection=str(row.pk), by=side.value)
    connection.ends_at, connection.ends_by = row.ends_at, row.ends_by
    return True


def end_due(now: datetime) -> int:
    """Close the connections whose parting has come, or whose practice was erased; since then nobody saw anything
    through them. How many.
    """
    over = Connection.objects.filter(Q(ends_at__lte=now) | Q(practice=None), ended_at=None)
    count = 0
    for row in list(over):
        with transaction.atomic():
            locked = Connection.objects.select_for_update().get(pk=row.pk)
            if locked.ended_at is None:
                gone = locked.practice_id is None
                _close(
                    locked,
                    Connection.Side.PRACTICE if gone else Connection.Side.CLIENT,
                    min(locked.ends_at or now, now),
                )
                count += 1
    return count


def silence(connection: Connection, *, takes: bool) -> None:
    """Whether this client takes suggestions from that therapist; what waits is put away with it."""
    now = timezone.now()
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(takes_suggestions=takes)
        if not takes:
            connection.suggestions.filter(put_away_at=None).update(put_away_at=now)
            ledger.note(connection.owner_id, Kind.SUGGESTION_SILENCED, connection=str(connection.pk))
    connection.takes_suggestions = takes


def suggest(connection: Connection, step: str, sentence: str) -> bool:
    """Offer a step. False where the client takes none just now, or where enough were offered lately.

    Pressed twice it is offered once; the very same offered anew takes the place of the one that waits. What this
    answers depends on what was offered alone, never on what became of it: else it would be a receipt.
    """
    now = timezone.now()
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        connection.takes_suggestions = row.takes_suggestions
        if not row.takes_suggestions:
            return False
        same = _alike(row, step, sentence, now)
        if any(each.made_at > now - TWICE for each in same):
            return True
        if enough_until(row, now):
            return False
        row.suggestions.filter(pk__in=[each.pk for each in same], put_away_at=None).update(put_away_at=now)
        offer = Suggestion(owner_id=row.owner_id, connection=row, step=step, made_at=now)
        offer.sentence = sentence
        offer.save()
        ledger.note(row.owner_id, Kind.SUGGESTION_OFFERED, connection=str(row.pk), step=step)
    return True


def enough_until(connection: Connection, now: datetime) -> datetime | None:
    """When there is room for another suggestion, where none is left. Those that were put away count like the others."""
    lately = connection.suggestions.filter(made_at__gt=now - LATELY).order_by("-made_at")
    made = list(lately.values_list("made_at", flat=True)[:ENOUGH])
    return made[-1] + LATELY if len(made) == ENOUGH else None


def offered(person: User) -> list[Suggestion]:
    """What waits for a client, newest first, ready to be opened."""
    rows = Suggestion.objects.filter(connection__in=person.connections.going_on(timezone.now()), put_away_at=None)
    found = list(rows.select_related("connection__practice").order_by("-made_at", "-id").fetch_mode(FETCH_RAISE))
    keyring.current().hold_shares({row.connection_id for row in found})
    return found


def put_away(person: User, pk: UUID) -> None:
    person.suggestions.filter(pk=pk, put_away_at=None).update(put_away_at=timezone.now())


def _prolongs(row: Connection, ends_at: datetime | None) -> bool:
    """Whether it would move a day that isn't the practice's own. One from before this was noted is the client's."""
    if row.ends_at is None or row.practice_may_prolong:
        return False
    return ends_at is None or ends_at > row.ends_at


def _alike(row: Connection, step: str, sentence: str, now: datetime) -> list[Suggestion]:
    """The very same, of those that wait or were made just now."""
    there = row.suggestions.filter(Q(put_away_at=None) | Q(made_at__gt=now - TWICE), step=step)
    return [each for each in there.fetch_mode(FETCH_RAISE) if _sentence(each) == sentence]


def _sentence(row: Suggestion) -> str | None:
    said: str | None = opened(row, "sentence", None)
    return said


def _use(invitation: Invitation, now: datetime) -> None:
    if not Invitation.objects.filter(pk=invitation.pk, used_at=None, ends_at__gt=now).update(used_at=now):
        raise Invitation.DoesNotExist


def _tidy(person: User, practice: Practice) -> None:
    """What is over by its day, but was not closed yet, makes room."""
    for row in Connection.objects.filter(owner=person, practice=practice, ended_at=None):
        _close(row, Connection.Side.CLIENT, timezone.now())


def _close(row: Connection, side: Connection.Side, at: datetime) -> None:
    for sheet in Sheet.objects.select_for_update().filter(connection=row, stopped_at=None):  # before their record
        sheets.stop(sheet)
    row.suggestions.update(sentence_sealed=None)
    destroying.destroy_share(row.pk)
    row.ended_at, row.ended_by, row.name_sealed = at, side, None
    row.save(update_fields=["ended_at", "ended_by", "name_sealed"])
    others = Connection.objects.filter(owner=row.owner_id, ended_at=None)
    User.objects.filter(pk=row.owner_id).exclude(connections__in=others).update(knows_a_practice=False)
    ledger.note(row.owner_id, Kind.CONNECTION_ENDED, connection=str(row.pk), by=side.value)
