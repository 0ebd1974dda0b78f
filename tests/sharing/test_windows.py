"""When a sheet is open, by the clock of whoever chose it, to the second, and where clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sharing import windows
from sharing.windows import State

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("zone", "wall", "opens", "closes"),
    [
        # clocks go back in the night after the session, in the night before, forward before, and not at all
        ("Europe/Berlin", datetime(2026, 10, 24, 15), datetime(2026, 10, 23, 13), datetime(2026, 10, 25, 13)),
        ("Europe/Berlin", datetime(2026, 10, 25, 15), datetime(2026, 10, 24, 14), datetime(2026, 10, 26, 14)),
        ("America/New_York", datetime(2026, 3, 8, 9), datetime(2026, 3, 7, 13), datetime(2026, 3, 9, 13)),
        ("Asia/Kolkata", datetime(2026, 3, 8, 9), datetime(2026, 3, 7, 3, 30), datetime(2026, 3, 9, 3, 30)),
    ],
)
def test_a_window_is_a_day_of_hours_on_either_side_also_across_a_change(
    zone: str, wall: datetime, opens: datetime, closes: datetime
) -> None:
    window = windows.around(wall, ZoneInfo(zone))
    assert (window.opens, window.closes) == (opens.replace(tzinfo=UTC), closes.replace(tzinfo=UTC))
    assert window.closes
    told = [window.state(at) for at in (window.opens - SECOND, window.opens, window.closes - SECOND, window.closes)]
    assert told == [State.WAITING, State.OPEN, State.OPEN, State.OVER]


def test_a_time_that_comes_twice_or_not_at_all_is_one_instant() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    twice, never = datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 29, 2, 30)
    assert windows.around(twice, berlin).session == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert windows.around(never, berlin).session == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_until_the_session_ends_with_that_day_where_the_client_is() -> None:
    now = datetime(2026, 10, 23, 12, tzinfo=UTC)
    window = windows.until_session(date(2026, 10, 25), ZoneInfo("Europe/Berlin"), now)
    assert (window.opens, window.closes) == (now, datetime(2026, 10, 25, 23, tzinfo=UTC))


def test_until_stopped_has_no_end() -> None:
    now = datetime(2026, 10, 23, 12, tzinfo=UTC)
    assert windows.until_stopped(now).state(now + timedelta(days=9_999)) == State.OPEN
