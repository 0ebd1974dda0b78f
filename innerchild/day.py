"""The time of day, as light: the room's window and a place that was left to the hour follow it."""

from datetime import datetime
from enum import StrEnum


class Light(StrEnum):
    DAWN = "dawn"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


def light_at(moment: datetime) -> Light:
    """Dawn until ten, afternoon until five, evening until nine, then night until five in the morning."""
    if 5 <= moment.hour < 10:
        return Light.DAWN
    if 10 <= moment.hour < 17:
        return Light.AFTERNOON
    if 17 <= moment.hour < 21:
        return Light.EVENING
    return Light.NIGHT
