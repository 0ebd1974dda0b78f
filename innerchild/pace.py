"""How often one person may save: more often than anybody writes, and not as often as a loop gone wrong.

Each process counts by itself and in memory, so an ordinary save asks the database nothing more. A page saves
about once a second while somebody writes, a box at a time; after an outage every open box comes at once. Both
fit. What is above gets 429 before it takes a lock or a key, so that others go on undisturbed.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from innerchild import failures
from innerchild.http import is_autosave

AT_ONCE = 100
PER_SECOND = 5.0
PEOPLE = 4096  # remembered by each process; whoever is forgotten begins anew
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Pace:
    """A bucket of `at_once` for each person, filled again at `per_second`; so many people are remembered."""

    def __init__(self, *, at_once: int, per_second: float, people: int) -> None:
        self._at_once, self._per_second, self._people = at_once, per_second, people
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: Hashable) -> int:
        """Take one; 0, or the whole seconds until there is one again."""
        now = time.monotonic()
        with self._lock:
            left, since = self._buckets.pop(who, (float(self._at_once), now))
            left = min(left + (now - since) * self._per_second, self._at_once)
            missing = max(1 - left, 0)
            self._buckets[who] = (left if missing else left - 1, now)
            if len(self._buckets) > self._people:
                self._buckets.popitem(last=False)
        return math.ceil(missing / self._per_second)


class Paced(MiddlewareMixin):
    """After the sign-in rule and the token's check, so that nobody else can use up what a person has.

    Leaving is never held up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.pace = Pace(at_once=AT_ONCE, per_second=PER_SECOND, people=PEOPLE)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if request.method in READS or not request.user.is_authenticated or failures.is_leaving(request):
            return None
        # A form that cannot be read raises here as it would in its view; asked twice, it would seem to be empty.
        if not is_autosave(request) and "box" not in request.POST:
            return None
        seconds = self.pace.wait(request.user.pk)
        return failures.too_often(request, seconds) if seconds else None
