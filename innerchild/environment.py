"""What a host may say in the environment: each name with what holds without it, and a sentence for the page for hosts.

`python -m innerchild.environment` prints the table of docs/self-hosting.md.
"""

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """`default` is what is read where it is not set or empty; `otherwise` says in words what happens then."""

    name: str
    what: str
    default: str = ""
    otherwise: str = ""

    @property
    def line(self) -> str:
        return f"| `{self.name}` | {f'`{self.default}`' if self.default else self.otherwise} | {self.what} |"


VARIABLES = (
    Variable("INNERCHILD_URL", "the address people type; https for every other host", "http://localhost:8000"),
    Variable("INNERCHILD_PROXIES", "how many proxies of your own stand in front", "0"),
    Variable("DATABASE_URL", "a PostgreSQL of your own", otherwise="the embedded PostgreSQL"),
    Variable("EMAIL_URL", "the mail server, with `from`", otherwise="no mail"),
    Variable("INNERCHILD_CONTACT", "whom to write to: a mail address or a page", otherwise="nothing is told"),
    Variable("SECURITY_CONTACT", "the same for reports of weaknesses", otherwise="`INNERCHILD_CONTACT`"),
    Variable("INNERCHILD_DATA", "where the data lies", otherwise="`var/` beside `manage.py`"),
    Variable("INNERCHILD_KEYS_DIR", "where the keys lie", otherwise="`keys/` in the data folder"),
    Variable("SECRET_KEY", "signs sessions and links", otherwise="the file `secret_key` in the keys folder"),
    Variable("INNERCHILD_POOL", "database connections a web process may hold", "10"),
)
DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


def read(name: str) -> str:
    """What the environment says, or the default. Raises KeyError for a name that no host is told of."""
    return os.environ.get(name) or DEFAULTS[name]


def table() -> str:
    head = "| Variable | Without it | What it is |\n|---|---|---|\n"
    return head + "".join(f"{variable.line}\n" for variable in VARIABLES)


if __name__ == "__main__":
    sys.stdout.write(table())
