"""From what was picked to what will stand on the sheet: read now, cut to what was chosen, and blacked out.

A frozen piece, as it is sealed:

    {"kind", "label": its kind in words, "day": date or "", "until": date or "", "heading", "question", "how",
     "passages": how many, "parts": [{"who", "voice", "day", "runs": [[what it is, its words], …],
     "cells": [[label, runs], …]}], "scene": picks of a place}

`cells` are what a look in says, field by field. What was not chosen is in none of it; a black run has no words, nor has
a gap between two passages, and where a heading or a name is black, `blackout.MARK` stands. One frozen while a piece
had one passage alone has no "passages".
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exercises import export as places_export
from exercises import places
from journal import checkins, differences, folding, kept, then
from journal.export import Piece, own
from journal.folding import Term
from journal.models import Entry, EntryQuerySet
from sharing import blackout, drafts, passages
from sharing.blackout import BLACK, GAP, NEW, TEXT, Run
from vault.envelope import Refused
from vault.keyring import KeyNotInRing
from vault.sealed import keyed_hash

LOOKS = 60  # of one range: two months of every day
LOOKED = 1_000  # opened for them, as not every look says everything
ROOM = 100_000  # characters of one sheet: far more than anybody reads in a session

type Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frozen:
    """One piece as it will stand there. `trouble` says why it can’t be shared as it is; "" where it can."""

    words: Words = field(repr=False)
    sources: list[UUID]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """The whole sheet. `unfound`: phrases to black out that stand nowhere on it. `long`: more than a sheet holds."""

    ask: str = field(repr=False)
    pieces: list[Frozen]
    unfound: list[str] = field(repr=False)
    long: bool = False

    @property
    def ready(self) -> bool:
        something = bool(self.pieces or self.ask.strip())
        return something and not self.long and not any(piece.trouble for piece in self.pieces)


def compose(person: User, choices: Mapping[str, Any]) -> Composed:
    """Read every piece now. The person's own ring has to be open."""
    said = blackout.phrases(str(choices["black"]))
    bare = [_piece(person, picked, ()) for picked in choices["pieces"]]
    texts = [*(text for piece in bare for text in _texts(piece.words)), str(choices["ask"])]
    if sum(map(len, texts)) > ROOM:
        return Composed("", bare, [], long=True)
    black = blackout.terms(said)
    made = [_piece(person, picked, black) for picked in choices["pieces"]] if black else bare
    ask = blackout.without(str(choices["ask"]), black)
    return Composed(ask, made, blackout.missing(said, texts))


def one(person: User, picked: Mapping[str, Any]) -> Frozen:
    """One piece, as it would stand there with nothing blacked out."""
    return _piece(person, picked, ())


def passage_in(whole: Frozen, passage: str) -> bool:
    """Whether those words stand there, one after the other; `whole` with nothing blacked out."""
    texts = ["".join(words for _kind, words in part["runs"]) for part in whole.words["parts"]]
    return passages.spans(texts, [passage]) is not None


def seen(person: User, composed: Composed, window: Mapping[str, Any]) -> str:
    """A mark of exactly this sheet, so that what is shared is what was looked at before the press."""
    whole = [composed.ask, [piece.words for piece in composed.pieces], dict(window)]
    return keyed_hash(person.pk, b"icj:sheet-seen", json.dumps(whole, sort_keys=True).encode()).hex()


def _piece(person: User, picked: Mapping[str, Any], black: Sequence[Term]) -> Frozen:
    kinds = {"entry": _entry, "place": _place, "pair": _pair, "looks": _looks}
    try:
        return kinds[picked["kind"]](person, picked, black)
    except (Refused, KeyNotInRing):
        return _gone(_("This one cannot be opened just now."))


def _entry(person: User, picked: Mapping[str, Any], black: Sequence[Term]) -> Frozen:
    row = _entry_row(person, picked["id"])
    if row is None:
        return _gone(_("This one is not here any more."))
    piece = own.entry_pieces(person, [row.pk])[0]
    if any(part.text is None for part in piece.parts):
        return _gone(_("This one cannot be opened just now."))
    how = picked.get("how", drafts.WHOLE)
    words = _words(piece, how, black)
    trouble = ""
    if how == drafts.PASSAGE:
        words["parts"], words["passages"] = _cut(piece, drafts.passages_of(picked), black)
        trouble = "" if words["parts"] else _("A passage of this one can’t be found in it any more.")
    elif how == drafts.WHOLE:
        words["parts"] = [_part(part.who, part.text or "", part.voice, black) for part in piece.parts]
    sources = [row.pk, *row.children.filter(binned_at=None).exclude(kind=Entry.Kind.NOTE).values_list("pk", flat=True)]
    return Frozen(words, sources, trouble)


def offered(person: User) -> EntryQuerySet:
    """What may stand on a sheet: nothing let go, in the drawer, or folded until later. None of it is read just now."""
    return kept.listed(person).on_shelves(timezone.localdate())


def _entry_row(person: User, key: str) -> Entry | None:
    return offered(person).filter(pk=key).first()


def _cut(piece: Piece, said: Sequence[str], black: Sequence[Term]) -> tuple[list[Words], int]:
    """Only those passages, in the order of the text, with a gap wherever something between two of them is left out.

    And how many they are. Nothing where one of them is not found.
    """
    texts = [part.text or "" for part in piece.parts]
    parts: list[Words] = []
    count, since = 0, ""
    for part, text, shown in zip(piece.parts, texts, passages.spans(texts, said) or [[]] * len(texts), strict=True):
        runs: list[Run] = []
        end = 0
        for start, stop in shown:
            if count and not passages.wordless(since + text[end:start]):
                runs.append((GAP, ""))
            runs += blackout.cut(text, start, stop, black)
            count, since, end = count + 1, "", stop
        since += text[end:]
        if runs:
            parts.append(_bare_part(who=blackout.without(part.who, black), voice=part.voice) | {"runs": runs})
    return parts, count


def _place(person: User, picked: Mapping[str, Any], black: Sequence[Term]) -> Frozen:
    row = person.places.filter(pk=picked["id"], binned_at=None).first()
    if row is None:
        return _gone(_("This place is not here any more."))
    piece = places_export.place_pieces(person, [row.pk])[0]
    if piece.parts[0].text is None:
        return _gone(_("This one cannot be opened just now."))
    words = _words(piece, drafts.WHOLE, black)
    words["parts"] = [_part("", piece.parts[0].text, "none", black)]  # what lies in its box stays there
    words["scene"] = places.picked(row.choices)
    return Frozen(words, [row.pk])


def _pair(person: User, picked: Mapping[str, Any], black: Sequence[Term]) -> Frozen:
    row = _entry_row(person, picked["id"])
    pair = then.pair(person, row, UUID(picked["beside"])) if row else None
    if row is None or pair is None or {str(row.pk), str(picked["beside"])} != {str(pair.then.pk), str(pair.now.pk)}:
        return _gone(_("One of these two answers is not here any more."))
    difference = pair.difference()
    if difference.first is None or difference.other is None:
        return _gone(_("One of these two answers cannot be opened just now."))
    piece = own.entry_pieces(person, [row.pk])[0]
    words = _words(piece, drafts.WHOLE, black) | {"kind": "pair", "label": _("Then and now"), "day": ""}
    words["heading"] = blackout.without(pair.now.question or piece.heading, black)
    words["question"] = ""
    words["parts"] = [
        _bare_part(day=entry.local_date.isoformat()) | {"runs": list(_marked(runs, black))}
        for entry, runs in ((pair.then, difference.first), (pair.now, difference.other))
    ]
    return Frozen(words, [pair.then.pk, pair.now.pk])


def _looks(person: User, picked: Mapping[str, Any], black: Sequence[Term]) -> Frozen:
    since, until = date.fromisoformat(picked["since"]), date.fromisoformat(picked["until"])
    rows = checkins.listed(person).filter(local_date__range=(since, until)).order_by("local_date", "at", "id")
    found = [(row, told) for row in rows[: LOOKED + 1] if (told := checkins.opened(row)) is not None]
    chosen = [(row, lines) for row, told in found if (lines := own.told_of(told, picked["fields"]))]
    words = _bare("looks", _("Looking in"), since.isoformat(), until.isoformat())
    if len(chosen) > LOOKS:
        return Frozen(words, [], _("That is more than sixty looks. A shorter time fits on a sheet."))
    words["parts"] = [
        _bare_part(day=row.local_date.isoformat())
        | {"cells": [[label, blackout.runs(said, black)] for label, said in lines]}
        for row, lines in chosen
    ]
    trouble = "" if chosen else _("Nothing of this was said in that time.")
    return Frozen(words, [row.pk for row, _lines in chosen], trouble)


def _words(piece: Piece, how: str, black: Sequence[Term]) -> Words:
    """Of a passage the question is told, and not what the whole is called: that was not chosen."""
    words = _bare(piece.kind, piece.label, piece.day.isoformat())
    passage = how == drafts.PASSAGE
    words["heading"] = blackout.without((piece.question or piece.label) if passage else piece.heading, black)
    if how == drafts.WHOLE and piece.title:
        words["question"] = blackout.without(piece.question, black)
    return words | {"how": how}


def _bare(kind: str, label: str, day: str, until: str = "") -> Words:
    return {
        "kind": kind, "label": label, "day": day, "until": until, "heading": label, "question": "",
        "how": drafts.WHOLE, "parts": [], "scene": {},
    }  # fmt: skip


def _gone(trouble: str) -> Frozen:
    return Frozen(_bare("gone", "", ""), [], trouble)


def _part(who: str, text: str, voice: str, black: Sequence[Term]) -> Words:
    return _bare_part(who=blackout.without(who, black), voice=voice) | {"runs": blackout.runs(text, black)}


def _bare_part(*, who: str = "", voice: str = "none", day: str = "") -> Words:
    return {"who": who, "voice": voice, "day": day, "runs": [], "cells": []}


def _marked(differs: Sequence[differences.Run], black: Sequence[Term]) -> Iterator[Run]:
    """One answer of a pair: black where it is to be black, else marked where the other answer differs."""
    text = "".join(run.text for run in differs)
    kinds = [NEW if run.only else TEXT for run in differs for _letter in run.text]
    here = 0
    for piece in folding.pieces(text, black):
        end = here + len(piece.text)
        if piece.found:
            yield BLACK, ""
        else:
            for kind, places in groupby(range(here, end), key=kinds.__getitem__):
                yield kind, "".join(text[place] for place in places)
        here = end


def _texts(words: Words) -> Iterator[str]:
    yield words["heading"]
    yield words["question"]
    for part in words["parts"]:
        yield part["who"]
        for runs in (part["runs"], *(runs for _label, runs in part["cells"])):
            yield "".join("…" if kind == GAP else text for kind, text in runs)  # no phrase goes on across a gap
