"""Looking for words: every text is opened once, looked through, and let go again.

There is no index. What is looked for comes in a form and never reaches the database, a log, a session or an address.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django import forms
from django.db import connection
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg import Cursor

from accounts.models import User
from innerchild.fields import Words
from journal import folding, kept
from journal.folding import Piece, Term
from journal.kept import Item
from journal.models import Entry, EntryQuerySet
from journal.saving import opened
from vault.envelope import Refused
from vault.keyring import KeyNotInRing

LONGEST = 200
AT_A_TIME = 200  # rows held at once, however many there are

log = logging.getLogger(__name__)


class Search(forms.Form):
    """What is looked for, and whether in the drawer, too."""

    use_required_attribute = False

    words = Words(LONGEST)
    drawer = forms.BooleanField(required=False)

    def clean_words(self) -> tuple[Term, ...]:
        terms = folding.terms_of(self.cleaned_data["words"])
        if not terms:
            raise forms.ValidationError(_("One word is plenty, or a few. Then this page looks for them."))
        return terms


@dataclass(frozen=True, slots=True)
class Found:
    """`where`: for each entry, the row whose text shows it best: itself, a turn, or a note. `shut`: texts not opened."""

    where: Mapping[UUID, UUID]
    shut: int


@dataclass(frozen=True, slots=True)
class Result:
    """One entry that was found, with its words apart from the rest. No title where the passage begins with it."""

    item: Item
    title: list[Piece] = field(repr=False)
    passage: list[Piece] = field(repr=False)


type _Row = tuple[UUID, UUID | None, str, bytes | None, bytes]  # itself, its parent, question, title and text


class _Sieve:
    """What is still to be found of each entry, and the row that showed most of it so far."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms
        self.left: dict[UUID, tuple[Term, ...]] = {}
        self.best: dict[UUID, tuple[int, UUID]] = {}

    def take(self, entry: UUID, row: UUID, *, heading: str, text: str) -> None:
        here = [term for term in self.terms if term.stands_in(text)]
        above = [term for term in self.terms if term.stands_in(heading)]
        if not here and not above:
            return
        left = self.left.get(entry, self.terms)
        self.left[entry] = tuple(term for term in left if term not in here and term not in above)
        if entry not in self.best or len(here) > self.best[entry][0]:
            self.best[entry] = len(here), row

    def found(self) -> dict[UUID, UUID]:
        return {entry: self.best[entry][1] for entry, left in self.left.items() if not left}


def find(person: User, terms: tuple[Term, ...], *, drawer: bool) -> Found:
    """Every entry that holds all of it, in its title, question, text, turns and notes together."""
    open_body, open_title = Entry.body.opener(person.pk), Entry.title.opener(person.pk)
    fold_question = cache(folding.fold)
    sieve, shut = _Sieve(terms), 0
    for row, parent, question, title, body in _rows(searched(person, drawer=drawer)):
        heading = fold_question(question)
        try:
            text = folding.fold(open_body(row, body).decode())
            if title:
                heading = f"{folding.fold(open_title(row, title).decode())}\n{heading}"
        except (Refused, KeyNotInRing):
            log.warning("decrypt_failed entry=%s", row)
            shut += 1
            continue
        sieve.take(parent or row, row, heading=heading, text=text)
    return Found(sieve.found(), shut)


def searched(person: User, *, drawer: bool) -> EntryQuerySet:
    """What may be looked into: nothing let go, nothing folded until later, and the drawer where it was asked for."""
    today = timezone.localdate()
    # A letter and its turns are of one owner. Told so, PostgreSQL looks for letters among that person's rows alone.
    letter = FilteredRelation("parent", condition=Q(parent__owner=F("owner")))
    rows = person.entries.out().unsealed(today).worded().alias(letter=letter).filter(letter__binned_at=None)
    rows = rows.exclude(letter__sealed_until__gt=today)
    return rows if drawer else rows.filter(drawer=False).exclude(letter__drawer=True)


def page_of(
    person: User, found: Found, terms: Sequence[Term], before: str = "", *, hide: bool = False
) -> tuple[list[Result], str]:
    """Twenty of what was found, newest first, and the name of the place where they end. Raises `BadRequest`."""
    rows, earlier = kept.rows_of(kept.listed(person).filter(pk__in=found.where), before)
    texts = {row.pk: row for row in rows}
    if beneath := {found.where[row.pk] for row in rows} - texts.keys():
        texts |= person.entries.in_bulk(beneath)
    results = []
    for item in kept.items_of(rows, hide=hide):
        text = "" if hide else opened(texts[found.where[item.entry.pk]]) or ""
        passage = folding.passage(text, terms) or [Piece(words, found=False) for words in [item.first] if words]
        begins = "".join(piece.text for piece in passage).startswith(item.title)
        results.append(Result(item, [] if begins else folding.pieces(item.title, terms), passage))
    return results, earlier


def _rows(entries: EntryQuerySet) -> Iterator[_Row]:
    """Read in binary, because as text the same bytes take twice as long; and past Django's cursor, which reads text.

    While this is being read, its connection answers nobody else: a query in between would wait for ever.
    """
    columns = entries.values_list("pk", "parent_id", "question", "title_sealed", "body_sealed")
    statement: Any = columns.query.sql_with_params()
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        yield from cursor.stream(*statement, binary=True, size=AT_A_TIME)
