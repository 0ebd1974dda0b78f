"""What a browser lets one guess kindly: a country for help lines, a zone for dates. Both can be changed."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation.trans_real import parse_accept_lang_header


def country(accept_language: str) -> str:
    """Two capital letters from the first language that names a country ("de-AT, en" gives "AT"), or ""."""
    for language, _quality in parse_accept_lang_header(accept_language[:500]):
        region = language.rpartition("-")[2]
        if "-" in language and len(region) == 2 and region.isascii() and region.isalpha():
            return region.upper()
    return ""


def time_zone(name: str) -> str:
    """The name, if it is a zone this machine knows; else UTC."""
    return zone_of(name).key


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
