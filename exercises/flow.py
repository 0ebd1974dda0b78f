"""Where a step goes: what is before, after, beside, and where a visit rests. Pure functions."""

from exercises.packs import Screen, Step

ANY_ORDER = ("question", "part")  # kinds whose screens stand beside each other: “1 2 3 4, in any order”


def first(step: Step) -> Screen:
    return step.screens[0]


def closing(step: Step) -> Screen:
    """The kind, present-day end of a step."""
    return next(screen for screen in step.screens if screen.kind == "close")


def after(step: Step, screen: Screen, *, only_one: bool = False) -> Screen:
    """What keeping, skipping or “nothing comes” leads to. Who asked for one question has had it."""
    if only_one and screen.kind == "question":
        return closing(step)
    named = step.screen(screen.next)
    if named is not None:
        return named
    following = step.screens[step.screens.index(screen) + 1 :]
    return following[0] if following else closing(step)


def before(step: Step, screen: Screen) -> Screen | None:
    """Where “Back” leads; None: home."""
    index = step.screens.index(screen)
    return step.screens[index - 1] if index else None


def beside(step: Step, kind: str = "question") -> tuple[Screen, ...]:
    """The questions of a step, or the parts of its place, to be taken in any order; of other kinds none."""
    return tuple(screen for screen in step.screens if screen.kind == kind) if kind in ANY_ORDER else ()


def resting(step: Step, key: str) -> Screen:
    """Where a visit goes on: the screen it rests on, or the first when that one is gone or the end."""
    screen = step.screen(key)
    return first(step) if screen is None or screen.kind == "close" else screen


def returning(step: Step, key: str) -> Screen | None:
    """The screen that a Change link came from, if it is one to return to."""
    screen = step.screen(key)
    return screen if screen is not None and screen.kind == "readback" else None


def screen_of(step: Step, question_key: str) -> Screen | None:
    """The screen that asks this question."""
    return next((screen for screen in step.screens if any(ask.key == question_key for ask in screen.asks)), None)
