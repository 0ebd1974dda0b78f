"""What a new entry is: said by the server, carried by the page, and taken back only unchanged."""

from dataclasses import asdict, dataclass
from typing import Self
from uuid import UUID

from django.core import signing

from journal.models import Entry

SALT = "journal.about"


class BadToken(Exception):
    """Not something this server offered to this person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Everything about an entry but its text. A turn of a letter names its thread as `parent`."""

    kind: str
    step: str
    question_key: str
    question: str
    pack: int
    voice: str = Entry.Voice.NONE
    parent: UUID | None = None
    position: int = 0
    language: str = "en"

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """What that entry is, for another one like it."""
        return cls(
            kind=entry.kind,
            step=entry.step,
            question_key=entry.question_key,
            question=entry.question,
            pack=entry.pack,
            voice=entry.voice,
            parent=entry.parent_id,
            position=entry.position,
            language=entry.language,
        )

    @classmethod
    def read(cls, token: str, owner: UUID) -> Self:
        """What a token of this owner says. Raises `BadToken`."""
        try:
            said = signing.loads(token, salt=f"{SALT}:{owner}")
        except signing.BadSignature:
            raise BadToken from None
        parent = said.pop("parent")
        return cls(**said, parent=UUID(parent) if parent else None)

    def token(self, owner: UUID) -> str:
        """Signed for one owner, so that a page creates only entries the server offered to them."""
        said = asdict(self) | {"parent": str(self.parent) if self.parent else None}
        return signing.dumps(said, salt=f"{SALT}:{owner}", compress=True)
