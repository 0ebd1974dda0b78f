"""What a new entry is: said by the server, carried by the page, and taken back only unchanged."""

from dataclasses import asdict, dataclass, replace
from typing import Self
from uuid import UUID

from django.core import signing

from accounts.models import User
from journal.models import Entry

SALT = "journal.about"
NAMED = ("parent", "reply_to", "wish")  # other rows of the same person, by their keys


class BadToken(Exception):
    """Not something this server offered to this person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Everything about an entry but its text. A turn of a letter names its thread as `parent`.

    `reply_to`: the letter it answers (of a turn: the letter that its thread answers). `wish`: what a gift is given to.
    """

    kind: str
    step: str
    question_key: str
    question: str
    pack: int
    voice: str = Entry.Voice.NONE
    parent: UUID | None = None
    position: int = 0
    language: str = "en"
    reply_to: UUID | None = None
    wish: UUID | None = None

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
            reply_to=entry.reply_to_id,
            wish=entry.wish_id,
        )

    @classmethod
    def read(cls, token: str, owner: UUID) -> Self:
        """What a token of this owner says. Raises `BadToken`."""
        try:
            said = signing.loads(token, salt=f"{SALT}:{owner}")
        except signing.BadSignature:
            raise BadToken from None
        named = {name: UUID(key) if key else None for name in NAMED for key in (said.pop(name, None),)}
        return cls(**{**said, **named})

    def token(self, owner: UUID) -> str:
        """Signed for one owner, so that a page creates only entries the server offered to them."""
        said = {name: value for name, value in asdict(self).items() if name not in NAMED}
        named = {name: str(key) for name in NAMED if (key := getattr(self, name))}
        return signing.dumps(said | named, salt=f"{SALT}:{owner}", compress=True)

    @property
    def sheet(self) -> str:
        """Which sheet of a page this is written on: one address may answer several letters, or give to several wishes."""
        return " ".join(str(part) for part in (self.question_key, self.reply_to, self.wish) if part)

    def as_far_as_there(self, person: User) -> Self:
        """The same, without what it would answer or give to where that is gone for good meanwhile, or never was theirs.

        Within a transaction: the letter that is answered cannot go until its end.
        """
        letter = wish = None
        if self.reply_to:
            letter = person.entries.select_for_update(no_key=True).filter(pk=self.reply_to).values_list("pk").first()
        if self.wish:
            wish = person.wishes.filter(pk=self.wish).values_list("pk").first()
        return replace(self, reply_to=letter[0] if letter else None, wish=wish[0] if wish else None)
