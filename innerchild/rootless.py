"""PostgreSQL refuses to run as root. Started by root, its processes become somebody else, without a system user."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from innerchild.processes import CannotStart

NOBODY = 65534
AS_NOBODY = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=-all,+dac_override",
    "--securebits=+no_setuid_fixup",  # else access(2), by which PostgreSQL finds itself, forgets that capability
)
TRY = (
    "import os, sys; probe = sys.argv[1] + '/.probe'; os.mkdir(probe); os.rmdir(probe);"
    "sys.exit(not os.access(sys.argv[2], os.R_OK | os.X_OK))"
)


@dataclass(frozen=True)
class Way:
    """How a process stops being root: words before its command, a call before it, and who owns its files."""

    prefix: tuple[str, ...] = ()
    before: Callable[[], None] | None = None
    owner: int | None = None


@cache
def way(folder: Path, binary: Path) -> Way:
    """The first way that works here for a server with its data below `folder`."""
    if os.geteuid() != 0:
        return Way()
    for candidate in _candidates():
        if _works(candidate, folder, binary):
            return candidate
    raise CannotStart(
        "PostgreSQL refuses to run as root, and this machine offers no other way: "
        "run `manage.py up` as an ordinary user, or set DATABASE_URL."
    )


def hand_over(folder: Path, owner: int | None) -> None:
    """Give a cluster that root made to the user that its server runs as; nothing outside is touched."""
    if owner is None or (now := folder.stat().st_uid) == owner:
        return
    if now not in {0, NOBODY}:
        raise CannotStart(f"The data in {folder} belongs to the user with the number {now}: run this as that user.")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


def _candidates() -> tuple[Way, ...]:
    if sys.platform != "linux":
        return ()
    return (Way(before=_enter_namespace, owner=0), Way(prefix=AS_NOBODY, owner=NOBODY))


def _enter_namespace() -> None:
    os.unshare(os.CLONE_NEWUSER)


def _works(candidate: Way, folder: Path, binary: Path) -> bool:
    """Namespaces may be refused, and inside one root no longer passes the closed folders of others."""
    try:
        command = [*candidate.prefix, sys.executable, "-ISc", TRY, str(folder), str(binary)]
        done = subprocess.run(command, preexec_fn=candidate.before, capture_output=True, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
