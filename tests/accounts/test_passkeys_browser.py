"""A passkey in a real browser, kept by an authenticator that Chromium plays."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import factors
from tests.browser.watch import Watch, prove, sign_in
from tests.factories import PASSWORD, person
from tests.journal.browsing import until
from tests.live import close

pytestmark = pytest.mark.django_db(transaction=True)
# Somebody closes the browser's window without choosing.
CLOSED = "() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"


def play_authenticator(page: Page) -> None:
    """One that sits in the device, keeps passkeys, and is shown a finger whenever it asks."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def sign_out(page: Page, origin: str) -> None:
    page.goto(f"{origin}/accounts/logout/")
    press(page, "Sign out")
    page.wait_for_url(f"{origin}/")


def test_a_passkey_is_made_and_signs_in_by_itself_and_as_a_second_step(
    browser: Browser, live_server: LiveServer
) -> None:
    """Trust R08, R14 and R42: no policy is broken on the way."""
    ada, origin = person("ada@example.org"), live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    watch = Watch(context)
    page = context.new_page()
    play_authenticator(page)
    sign_in(page, origin, ada.email, PASSWORD)
    prove(page, origin, PASSWORD)

    page.goto(f"{origin}/settings/passkeys/")
    page.get_by_role("link", name="Make one").click()
    expect(page.get_by_label("What you call it")).to_have_value("Chrome, Linux")
    page.get_by_label("What you call it").fill("Kettle")
    press(page, "Make it")
    page.wait_for_url("**/settings/second-step/codes/")
    row = Authenticator.objects.get(type="webauthn")
    assert (factors.name_of(row), factors.has_second_factor(ada)) == ("Kettle", True)
    assert "Kettle" not in str(row.data)
    told = ada.events.filter(kind__in=("second-step-added", "recovery-codes-made")).order_by("number")
    assert [(event.kind, event.details) for event in told] == [
        ("second-step-added", {"step": "webauthn"}),
        ("recovery-codes-made", {"step": "recovery_codes"}),
    ]
    press(page, "Show them")
    expect(page.locator(".codes li")).to_have_count(10)
    press(page, "Copy them")
    expect(page.locator("[data-copied]")).to_have_text(re.compile("Copied|by hand"))
    page.get_by_role("link", name="I have them").click()

    sign_out(page, origin)
    page.goto(f"{origin}/accounts/login/?next=/kept/")
    page.get_by_label(re.compile("shared or watched")).check()
    page.get_by_role("button", name="Use a passkey").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kept/")
    assert page.locator("meta[name=device]").get_attribute("content") == "nothing"

    page.goto(f"{origin}/settings/devices/")
    page.get_by_role("link", name="With a passkey").click()
    press(page, "Use a passkey")
    page.wait_for_url("**/settings/devices/")
    expect(page.get_by_text("This one, now.")).to_be_visible()

    sign_out(page, origin)
    page.goto(f"{origin}/accounts/login/")
    page.locator("input[name=login]").fill(ada.email)
    page.locator("input[name=password]").fill(PASSWORD)
    press(page, "Sign in")
    page.wait_for_url("**/accounts/second-step/")
    press(page, "Use a passkey")
    page.wait_for_url("**/home/")
    assert watch.complaints == []
    close(context)


def test_a_passkey_that_does_not_come_loses_nothing_and_is_said(browser: Browser, live_server: LiveServer) -> None:
    """The device holds none, then one that the house no longer knows. The password still works."""
    ada, origin = person("ada@example.org"), live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    play_authenticator(page)
    sign_in(page, origin, ada.email, PASSWORD)
    prove(page, origin, PASSWORD)
    page.goto(f"{origin}/settings/passkeys/add/")
    press(page, "Make it")
    page.wait_for_url("**/settings/second-step/codes/")
    Authenticator.objects.all().delete()
    sign_out(page, origin)
    page.goto(f"{origin}/accounts/login/")
    page.locator("input[name=login]").fill(ada.email)
    press(page, "Use a passkey")
    expect(page.locator(".messages")).to_contain_text("That passkey didn’t fit.")
    until(page, "document.querySelector('[data-passkey-can]') && !document.querySelector('[data-passkey-can]').hidden")
    page.evaluate(CLOSED)
    press(page, "Use a passkey")
    expect(page.locator("[data-passkey-said]")).to_have_text("No passkey came. The password still works.")
    expect(page.locator("#live")).to_have_text("No passkey came. The password still works.")
    page.locator("input[name=login]").fill(ada.email)
    page.locator("input[name=password]").fill(PASSWORD)
    press(page, "Sign in")
    page.wait_for_url("**/home/")
    close(context)
