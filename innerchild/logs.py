"""One line of JSON for each record: when, where, which request; never what a person wrote.

Messages of exceptions and the paths of requests may hold text, addresses or tokens. So an
exception is told by its type and its places in the code, a request by its route.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from uuid import UUID

from django.utils.crypto import salted_hmac

TO_THE_TERMINAL = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "innerchild.logs.JsonLines"}},
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "formatter": "lines", "level": "WARNING"},
        "errors": {"class": "logging.StreamHandler", "formatter": "lines", "level": "ERROR"},
    },
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},  # no mail to admins
        "django_tasks_db": {"handlers": ["errors"], "propagate": False},  # it warns of every ordinary stop
    },
}

request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonLines(logging.Formatter):
    """Times in UTC; a line break inside any field stays inside its JSON string.

    What a client sent wrongly is no error of ours, whatever Django calls it: a warning, without places in the code.
    """

    def format(self, record: logging.LogRecord) -> str:
        refused = 400 <= (getattr(record, "status_code", None) or 0) < 500
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": "WARNING" if refused else record.levelname,
            "from": record.name,
            "request": request_id.get(),
        }
        request = getattr(record, "request", None)
        line |= {"says": record.getMessage()} if request is None else _of_request(request, record)
        if record.exc_info and record.exc_info[1]:
            line["raised"] = type(record.exc_info[1]).__qualname__ if refused else _chain(record.exc_info[1])
        return json.dumps({name: value for name, value in line.items() if value}, ensure_ascii=True)


def _of_request(request: object, record: logging.LogRecord) -> dict[str, object]:
    match = getattr(request, "resolver_match", None)
    person = getattr(request, "_cached_user", None)  # only if it was read already: logging asks nothing
    return {
        "status": getattr(record, "status_code", None),
        "method": getattr(request, "method", None),
        "route": match.route if match else None,
        "person": person and person.pk and _pseudonym(person.pk),
    }


def _pseudonym(person: UUID) -> str:
    return salted_hmac("innerchild.logs", str(person), algorithm="sha256").hexdigest()[:12]


def _chain(error: BaseException | None) -> list[dict[str, object]]:
    told: list[dict[str, object]] = []
    while error and len(told) < 5:
        told.append({"type": type(error).__qualname__, "at": _places(error.__traceback__)})
        error = error.__cause__ or error.__context__
    return told


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
