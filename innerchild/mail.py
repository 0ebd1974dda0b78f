"""EMAIL_URL, read into one entry of Django's MAILERS."""

from urllib.parse import parse_qs, unquote, urlsplit

SCHEMES = {"smtp": 25, "smtps": 465}


def mailer(address: str, *, terminal: bool) -> dict[str, object]:
    """The mailer for `smtp://user:password@host:port` (`?starttls=1`) or `smtps://…`.

    Without an address mail is written to the terminal when there is one, else dropped.
    Raises `ValueError` for any other scheme or a missing host.
    """
    if not address:
        return {"BACKEND": f"django.core.mail.backends.{'console' if terminal else 'dummy'}.EmailBackend"}
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError("EMAIL_URL begins with smtp:// or smtps:// and names a host.")
    options: dict[str, object] = {
        "host": parts.hostname,
        "port": parts.port or SCHEMES[parts.scheme],
        "use_ssl": parts.scheme == "smtps",
        "use_tls": option(address, "starttls") in {"1", "true", "yes"},
        "timeout": 10,
    }
    if parts.username:
        options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def option(address: str, name: str) -> str:
    """What the address says after its question mark about `name`, or ""."""
    return parse_qs(urlsplit(address).query).get(name, [""])[-1]
