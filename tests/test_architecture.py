"""The house's own guards: what a reviewer would otherwise have to look for by hand."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
APPS = ("innerchild", "vault", "accounts", "journal", "exercises")
OURS = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
MEASURES = sorted((ROOT / "benchmarks").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))

LIMITS = {
    "function": 40,
    "view": 30,
    "module": 300,
    "template": 120,
    "style": 90,
    "script": 150,
    "test": 400,
    "settings": 220,
}


def lines(path: Path) -> int:
    """Lines that hold something."""
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function, its docstring left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            last = body[-1].end_lineno or node.lineno
            yield f"{path.relative_to(ROOT)}:{node.name}", last - body[0].lineno + 2


def sizes() -> Iterator[tuple[str, str, int]]:
    """Kind, name and size of everything that has a limit."""
    for path in [*OURS, *MEASURES]:
        kind = "settings" if path.name == "settings.py" else "module"
        yield kind, str(path.relative_to(ROOT)), lines(path)
        is_view = "views" in path.relative_to(ROOT).as_posix()
        for name, size in functions(path):
            yield "view" if is_view else "function", name, size
    for kind, paths in {
        "template": TEMPLATES,
        "style": STYLES,
        "script": SCRIPTS,
        "test": sorted((ROOT / "tests").rglob("*.py")),
    }.items():
        for path in paths:
            yield kind, str(path.relative_to(ROOT)), lines(path)


def test_sizes_stay_under_their_limits() -> None:
    ranked = sorted(sizes(), key=lambda row: row[2] / LIMITS[row[0]], reverse=True)
    worst = "\n".join(f"{size:4} of {LIMITS[kind]:3}  {kind:8} {name}" for kind, name, size in ranked[:10])
    print(worst)
    assert [name for kind, name, size in ranked if size > LIMITS[kind]] == [], worst


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


PUBLIC = {
    # ours: readable by anyone, and each one for a reason the page itself shows
    "landing", "about", "try", "help", "steady", "steady_way", "privacy_notice", "accessibility", "healthz", "readyz",
    # what a practice hands over, and where its paper leads
    "start", "therapists", "practice_link", "handouts", "handout",
    # for programs
    "manifest", "security_txt",
    # where closing an account ends, and nobody is signed in any more
    "close_resting", "close_closed", "close_over",
    # with a secret in the address: a mail's way to stop mails, a calendar's way to ask
    "reminder_stop", "reminder_feed",
    # signing in and what leads there
    "account_login", "account_signup", "account_reset_password",
    "account_email_verification_sent", "account_inactive", "account_logout",
    "account_request_login_code", "account_confirm_login_code", "account_confirm_password_reset_code",
    "account_complete_password_reset", "account_password_reset_completed", "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip


def test_public_views_are_the_ones_listed() -> None:
    found = {str(pattern.name) for pattern in patterns() if getattr(pattern.callback, "login_required", True) is False}
    assert found - PUBLIC == set()


def test_every_url_has_a_name() -> None:
    assert [str(pattern.pattern) for pattern in patterns() if not pattern.name] == []


def test_no_two_urls_share_a_name() -> None:
    """The later one would take every link of the earlier one with it."""
    names = Counter(str(pattern.name) for pattern in patterns())
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("word", ["utils", "helpers", "services", "common", "misc"])
def test_no_module_is_named_after_nothing(word: str) -> None:
    assert [path for path in OURS if path.stem == word or word in path.parts] == []


FORBIDDEN = {
    "python": (OURS, [r"mark_safe", r"\bprint\(", r"hashlib\.(md5|sha1)\b", r"^import random\b|\brandom\.(random|choice)", r"reauthentication_required"]),
    "templates": (TEMPLATES, [r"\|\s*safe\b", r"<style", r"\sstyle=", r"\son[a-z]+=", r"javascript:", r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"]),
    "styles": (STYLES, [r"!important", r"^\s*#[a-z]"]),
    "scripts": (SCRIPTS, [r"localStorage", r"sessionStorage", r"\beval\(", r"innerHTML", r"document\.write"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_source_holds_what_the_conventions_forbid(kind: str) -> None:
    paths, expressions = FORBIDDEN[kind]
    found = [
        f"{path.relative_to(ROOT)}: {expression}"
        for path in paths
        for expression in expressions
        if re.search(expression, path.read_text(encoding="utf-8"), re.MULTILINE) and "management" not in path.parts
    ]
    assert found == []


def test_colours_are_named_in_tokens_alone() -> None:
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgba?\(|\boklch\(")
    found = [
        f"{path.name}: {match.group()}"
        for path in STYLES
        for match in raw.finditer(path.read_text(encoding="utf-8"))
        if path.name not in {"tokens.css", "print.css"} and "light-" not in path.name
    ]
    assert found == []


def test_every_script_is_typed() -> None:
    assert [path.name for path in SCRIPTS if not path.read_text(encoding="utf-8").startswith("// @ts-check")] == []


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in [*OURS, *TEMPLATES])


def test_every_template_is_used() -> None:
    text = sources()
    named_by_packages = ("allauth/", "account/", "usersessions/", "mfa/")
    names = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
    assert [name for name in names if name not in text and not name.startswith(named_by_packages)] == []


def test_every_script_and_part_is_used() -> None:
    text = sources() + "\n".join(path.read_text(encoding="utf-8") for path in [*STYLES, *SCRIPTS])
    assert [path.name for path in [*STYLES, *SCRIPTS] if path.name not in text] == []


def test_staff_have_no_screen_for_writing(settings: pytest.FixtureRequest) -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS  # type: ignore[attr-defined]


def test_each_dependency_says_why() -> None:
    declared = re.findall(
        r'^  "([a-z0-9\[\],_-]+)[><=]', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    reasoned = re.findall(
        r'^  "([a-z0-9\[\],_-]+)[><=].*,\s+# \S', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    runtime = declared[: declared.index("pytest")]
    assert [name for name in runtime if name not in reasoned] == []
