"""What every kind of screen shares: what it shows, what a press does, and how a bad form is answered."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from exercises import flow, visits
from exercises.visits import Walk
from innerchild import failures
from journal import boxes, drafts

WAYS = ("keep", "skip", "nothing", "stop")
A_LITTLE = "little"


class Unfit(drafts.Unfit):
    """A form this page did not offer. The message is for the person; nothing was kept yet."""

    def __init__(self) -> None:
        super().__init__(
            _("That choice isn’t on this page any more. You could choose again. Your words are still here.")
        )


def holds_nothing(_walk: Walk) -> None:
    """Most screens need no draft: their boxes are kept one by one."""
    raise Unfit


class Kind(NamedTuple):
    """A template, what it is given, and what its form does. Raises `Unfit` or `boxes.Unkept` for a 422.

    `hold` keeps the form of a script as a draft.
    """

    template: str
    show: Callable[[Walk], Mapping[str, object]]
    take: Callable[[Walk], HttpResponse]
    hold: Callable[[Walk], None] = holds_nothing


def pace(walk: Walk) -> str:
    """How long somebody would like: as just said, as said on the way in, as they like it, else a little."""
    said = (walk.opening.get("pace"), walk.person.preferences.get("pace"))
    offered = _paces(walk)
    return str(paced(walk).get("pace") or next((value for value in said if value in offered), A_LITTLE))


def paced(walk: Walk) -> dict[str, object]:
    """The pace of a form that was offered one. It is a hint, and never enforced."""
    posted = walk.request.POST.get("pace", "")
    return {"pace": posted} if posted in _paces(walk) else {}


def _paces(walk: Walk) -> set[str]:
    group = flow.first(walk.step).group("pace")
    return {choice.value for choice in group.choices} if group else set()


def same_writer(request: PersonRequest) -> None:
    """A page may have been opened for another account. Raises `boxes.Unkept`."""
    mine = str(request.user.pk)
    if request.POST.get("writer", mine) != mine:
        raise boxes.Unkept(str(boxes.OTHER_WRITER))


def way(walk: Walk, *more: str) -> str:
    """Which button was pressed; Enter in a line presses the first, and leaving rests. Raises `Unfit`."""
    if failures.is_leaving(walk.request):
        return "stop"
    pressed = walk.request.POST.get("go", "keep")
    if pressed not in (*WAYS, *more):
        raise Unfit
    return pressed


def take_words(walk: Walk, said: Mapping[str, object] | None = None) -> HttpResponse:
    """Keep every box, whatever was pressed, and go where the button leads.

    Only “keep” finishes an entry; a skip says nothing, so it leaves what was said before.
    """
    pressed = way(walk)
    boxes.keep(walk.request, finish=pressed == "keep")
    if pressed == "nothing":
        said = {"nothing": True}
    elif pressed == "skip":
        said = None
    elif pressed == "keep":
        said = said or {}
    return HttpResponseRedirect(visits.stop(walk, said) if pressed == "stop" else visits.go_on(walk, said))
