"""Whether somebody pressed *Steady me* twice in a little while: then the next page offers to stop there.

Two times of day in the (sealed) session of who is signed in, until they go on. Nothing else is noted, and
nobody is told (experience §2.1).
"""

import time

from django.http import HttpRequest

KEY = "steadied"
A_LITTLE_WHILE = 600  # seconds


def note(request: HttpRequest) -> None:
    request.session[KEY] = [*request.session.get(KEY, []), int(time.time())][-2:]


def twice(request: HttpRequest) -> bool:
    times = request.session.get(KEY, [])
    return len(times) > 1 and time.time() - times[0] < A_LITTLE_WHILE


def forget(request: HttpRequest) -> None:
    """They went on, or they stopped."""
    if twice(request):
        del request.session[KEY]
