"""Help now: the numbers, where each came from, and whose country it is."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from innerchild import help as helping
from tests import factories
from tests.client import StrictClient

FILE = helping.FILE.read_text("utf-8")

GOOD = """
directory = "https://findahelpline.com"
[[countries]]
code = "GB"
name = "United Kingdom"
emergency = "999"
emergency_source = "a source"
emergency_status = "found"
[[lines]]
country = "GB"
service = "Listeners"
dial = "116123"
display = "116 123"
channel = "Call"
hours = "Any hour"
source = "their page"
checked_on = 2026-11-23
status = "A"
"""


def calls(page: str) -> list[str]:
    return re.findall(r'class="call[^"]*" href="([^"]*)"', page)


def test_the_file_has_no_faults() -> None:
    assert list(helping.faults(FILE)) == []
    assert list(helping.faults(GOOD)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ('dial = "116123"', 'dial = "116124"', "Listeners: the number shown is not the number dialled"),
        ('dial = "116123"', 'dial = "116 123"', "Listeners: what a phone is given holds more than digits"),
        ('dial = "116123"\n', "", "Listeners: dial is missing"),
        ('source = "their page"\n', "", "Listeners: source is missing"),
        ("checked_on = 2026-11-23", 'checked_on = "soon"', "Listeners: it has no day on which it was looked at"),
        ("checked_on = 2026-11-23\n", "", "Listeners: checked_on is missing"),
        ('status = "A"', 'status = "sure"', "Listeners: its status is not A, B or C"),
        ('country = "GB"', 'country = "XX"', "Listeners: its country is not in the list"),
        ('hours = "Any hour"', 'hours = "Any hour"\nfax = "1"', "Listeners: fax is not a field"),
        ('hours = "Any hour"', 'hours = "Any hour"\nurl = "http://x"', "Listeners: its address is not https"),
        ('emergency = "999"', 'emergency = "call us"', "United Kingdom: its emergency number is not a short number"),
        ('emergency_status = "found"', 'emergency_status = "sure"', "United Kingdom: its emergency number is neither found nor known"),
        ('code = "GB"', 'code = "gb"', "United Kingdom: its code is not two capital letters"),
        ('directory = "https://findahelpline.com"', "", "the worldwide directory is missing"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_told_in_a_sentence(right: str, wrong: str, fault: str) -> None:
    assert fault in list(helping.faults(GOOD.replace(right, wrong, 1)))


def test_a_country_twice_and_a_file_that_is_no_toml_are_told() -> None:
    twice = GOOD + GOOD[GOOD.index("[[countries]]") : GOOD.index("[[lines]]")]
    assert list(helping.faults(twice)) == ["a country stands twice"]
    assert [fault.partition(":")[0] for fault in helping.faults("[[lines")] == ["it is not TOML"]


def test_a_faulty_file_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = tmp_path / "helplines.toml"
    bad.write_text(GOOD.replace('"116123"', '"12"'))
    monkeypatch.setattr(helping, "FILE", bad)
    with pytest.raises(SystemCheckError, match="the number shown is not the number dialled"):
        call_command("check")


def test_only_status_a_is_shown() -> None:
    for status in ("B", "C"):
        lines = helping.read(GOOD.replace('status = "A"', f'status = "{status}"'))
        assert lines.countries["GB"].lines == []
    assert [line.service for line in helping.read(GOOD).countries["GB"].lines] == ["Listeners"]


@pytest.mark.parametrize("code", sorted(helping.helplines().countries))
def test_emergency_stands_first_and_the_directory_last(client: StrictClient, code: str) -> None:
    country = helping.helplines().countries[code]
    page = client.get("/help/", {"country": code}).text
    assert calls(page) == [
        f"tel:{country.emergency}",
        *(f"tel:{line.dial}" for line in country.lines),
        "https://findahelpline.com",
    ]
    assert page.count("Listed 23 November 2026.") == len(country.lines)
    for line in country.lines:
        assert f"Call {line.display}" in page
    assert page.count("Common knowledge, not yet confirmed by us.") == (0 if country.confirmed else 1)


@pytest.mark.parametrize("code", ["", "XX", "<b>", "G", "ZZZZ"])
def test_somewhere_else_gets_the_two_numbers_that_reach_far_and_the_directory(client: StrictClient, code: str) -> None:
    page = client.get("/help/", {"country": code}, headers={"Accept-Language": "en-GB"}).text
    assert calls(page) == ["tel:112", "tel:911", "https://findahelpline.com"]
    assert "We don’t know which country you’re in." in page


def test_a_country_without_a_confirmed_line_says_so(client: StrictClient) -> None:
    page = client.get("/help/?country=SE").text
    assert calls(page) == ["tel:112", "https://findahelpline.com"]
    assert "We have no confirmed line for this country." in page


@pytest.mark.parametrize(
    ("accepted", "country"),
    [("en-GB,en;q=0.8", "GB"), ("fr,de-AT;q=0.7", "AT"), ("en-XX,es-MX;q=0.2", "MX"), ("fr", None), ("", None), (";;;,=", None), ("zh-Hant-JP", "JP")],
)  # fmt: skip
def test_country_is_guessed_from_the_browsers_language(
    client: StrictClient, accepted: str, country: str | None
) -> None:
    response = client.get("/help/", headers={"Accept-Language": accepted})
    assert re.findall(r'<option value="(\w+)" selected>', response.text) == ([country] if country else [])
    assert "Accept-Language" in response["Vary"]


@pytest.mark.django_db
def test_country_a_person_gave_comes_before_the_guess(client: StrictClient) -> None:
    client.force_login(factories.person(country="NZ"))
    page = client.get("/help/", headers={"Accept-Language": "en-GB"}).text
    assert calls(page)[:2] == ["tel:111", "tel:1737"]
    page = client.get("/help/?country=AU", headers={"Accept-Language": "en-GB"}).text
    assert calls(page)[:2] == ["tel:000", "tel:131114"]


def test_links_to_other_sites_tell_them_nothing(client: StrictClient) -> None:
    for code in helping.helplines().countries:
        links = re.findall(r'<a [^>]*href="https://[^>]*>', client.get("/help/", {"country": code}).text)
        assert [link for link in links if 'rel="noopener noreferrer"' not in link] == []


def listed(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("check_helplines", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_check_helplines_names_lines_older_than_180_days() -> None:
    everything = helping.helplines()
    checked = max(line.checked_on for line in everything.every_line)
    to_confirm = [line for line in listed("--today", str(checked)) if "to be confirmed" in line]
    assert len(to_confirm) == sum(not country.confirmed for country in everything.countries.values())
    assert listed("--today", str(checked + timedelta(days=180))) == to_confirm
    old = listed("--today", str(checked + timedelta(days=181)))
    assert len(old) == len(everything.every_line) + len(to_confirm)
    assert old[0] == "AU  Lifeline, 13 11 14: checked on 2026-11-23"


def test_check_helplines_refuses_a_day_that_is_none() -> None:
    with pytest.raises(CommandError, match="invalid fromisoformat value"):
        listed("--today", "tomorrow")
