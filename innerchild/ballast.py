"""A file that holds room on the disk: whoever hosts this deletes it when the disk is full, and all goes on.

PostgreSQL needs a little room even to start again. `up` lays the file down while there is plenty.
"""

import os
from pathlib import Path

NAME = "ballast"
SIZE = 256 << 20
PLENTY = 8  # times its size, which have to stay free


def lay_down(folder: Path) -> None:
    """Have the file there, whole, unless that would itself make the disk tight."""
    file = folder / NAME
    status = os.statvfs(folder)
    there = file.stat().st_size if file.exists() else 0
    if there == SIZE or status.f_bavail * status.f_frsize + there < (PLENTY + 1) * SIZE:
        return
    with file.open("wb") as handle:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(handle.fileno(), 0, SIZE)
        else:
            for _ in range(SIZE >> 20):
                handle.write(bytes(1 << 20))
    file.chmod(0o600)


def hint(folder: Path) -> str:
    """What to do about a full disk, for whoever hosts this."""
    file = folder / NAME
    return f" Deleting {file} frees {file.stat().st_size >> 20} more." if file.exists() else ""
