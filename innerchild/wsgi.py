"""The door for a WSGI server. It stays shut when the master key is missing or is another one."""

import os
import signal
import sys
from collections.abc import Iterable
from typing import Any

from django.core.checks import run_checks
from django.core.wsgi import get_wsgi_application
from django.db import Error, connections

from innerchild.body import Whole

# A worker of granian has its parent's handler until it has loaded us, and would sleep through a stop asked meanwhile.
if getattr(signal.getsignal(signal.SIGTERM), "__module__", "").startswith("granian"):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innerchild.settings")
django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    promised = str(environ.get("CONTENT_LENGTH", ""))
    if not promised.isdecimal():
        return django(environ, start_response)
    environ["wsgi.input"] = whole = Whole(environ["wsgi.input"], int(promised))
    response = django(environ, start_response)
    whole.finish()
    return response


try:
    found = run_checks(tags=["keys"])
except Error:  # a database that is away says nothing about the key: /readyz tells of it, and nobody is turned out
    found = []
connections.close_all()
if found:
    sys.exit("\n".join(str(message.msg) for message in found))
