"""A FHIR R4 Bundle (product D6): what was answered as QuestionnaireResponse, look-ins as Observation.

Who wrote it is a pseudonym. The codes are our own: a scale made here borrows no code of anybody's.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings

from accounts import guesses
from accounts.models import User
from journal import export
from journal.export import Piece, Wanted
from journal.export.zipped import gathered
from vault.sealed import keyed_hash

LONG = 20_000  # characters, above which words go into an attachment
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no FHIR string may hold one
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

FIRST, NEXT = ', "entry": [\n', ",\n"

type Resource = dict[str, object]


def chunks(person: User, wanted: Wanted) -> Iterator[bytes]:
    yield from gathered(_texts(person, wanted))


def _texts(person: User, wanted: Wanted) -> Iterator[str]:
    with export.reading(person):
        subject: Resource = {
            "identifier": {"value": f"pseudonym-{keyed_hash(person.pk, b'fhir', b'subject').hex()[:12]}"}
        }
    head: Resource = {"resourceType": "Bundle", "type": "collection", "timestamp": _at(wanted.began, "UTC")}
    yield f"{json.dumps(head)[:-1]}"
    begun = False
    for piece in export.pieces(person, export.table_of_contents(person, wanted)):
        resource = resource_of(piece, subject)
        if resource is None:
            continue
        entry = {"fullUrl": f"urn:uuid:{piece.key}", "resource": resource}
        yield f"{NEXT if begun else FIRST}{json.dumps(entry, ensure_ascii=False)}"
        begun = True
    yield "\n]}\n" if begun else "}\n"


def resource_of(piece: Piece, subject: Resource) -> Resource | None:
    """None for what has no form in FHIR here: places, wishes, and pieces without a word."""
    if piece.kind == "check-in":
        return _observation(piece, subject) if piece.data else None
    return _response(piece, subject) if piece.step or piece.question_key else None


def _response(piece: Piece, subject: Resource) -> Resource | None:
    """An item holds an answer or further items, never both (rule qrs-1)."""
    key = piece.question_key or piece.step
    parts = [(part.who, part.text) for part in piece.parts if part.text and part.text.strip()]
    spoken = [
        _answered(f"{key}.{number}" if len(parts) > 1 else key, who if len(parts) > 1 else piece.question, text, piece)
        for number, (who, text) in enumerate(parts, start=1)
    ]
    items = [_item(key, piece.question) | {"item": spoken}] if len(spoken) > 1 else spoken
    items += [
        _answered(f"{key}.note.{number}", "", note.text, piece)
        for number, note in enumerate(piece.notes, start=1)
        if note.text and note.text.strip()
    ]
    if not items:
        return None
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(piece.key),
        "language": piece.language,
        "questionnaire": f"{settings.INNERCHILD_URL}/fhir/Questionnaire/{piece.step or 'open'}|{piece.pack}",
        "status": _status(piece),
        "subject": subject,
        "authored": _at(piece.made_at, piece.zone),
        "item": items,
    }


def _status(piece: Piece) -> str:
    if piece.binned:
        return "entered-in-error"
    if not piece.kept:
        return "in-progress"
    return "amended" if piece.changed else "completed"


def _item(key: str, text: str) -> Resource:
    return {"linkId": key, "text": text} if text.strip() else {"linkId": key}


def _answered(key: str, label: str, text: str, piece: Piece) -> Resource:
    return _item(key, label) | {"answer": [_value(text, piece.language)]}


def _value(text: str, language: str) -> Resource:
    if len(text) <= LONG and not CONTROL.search(text):
        return {"valueString": text}
    data = b64encode(text.encode()).decode()
    return {"valueAttachment": {"contentType": "text/plain; charset=utf-8", "language": language, "data": data}}


def _observation(piece: Piece, subject: Resource) -> Resource:
    codes = f"{settings.INNERCHILD_URL}/fhir/CodeSystem/look-in"
    components = [
        {"code": {"coding": [{"system": codes, "code": key}]}} | _said(value)
        for key, value in piece.data.items()
        if key.isidentifier() and value not in ("", (), None)
    ]
    return {
        "resourceType": "Observation",
        "id": str(piece.key),
        "status": "entered-in-error" if piece.binned else "amended" if piece.changed else "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "survey"}]}],
        "code": {"coding": [{"system": codes, "code": "look-in"}], "text": piece.label},
        "subject": subject,
        "effectiveDateTime": _at(piece.made_at, piece.zone),
        "issued": _at(piece.updated_at, piece.zone),
    } | ({"component": components} if components else {})


def _said(value: object) -> Resource:
    if value == "unsure":
        return {"dataAbsentReason": {"coding": [{"system": ABSENT, "code": "asked-unknown"}]}}
    if isinstance(value, int):
        return {"valueInteger": value}
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return {"valueString": CONTROL.sub(" ", text)}


def _at(at: datetime, zone: str) -> str:
    return at.astimezone(guesses.zone_of(zone) if zone != "UTC" else UTC).isoformat(timespec="seconds")
