"""Where a store in a file may stand, and that one program alone has it open."""

import os
import sys
import time
from pathlib import Path
from typing import Final, final

from fullcourse.clinical.errors import InputError

__all__ = ["LockFile", "StoreTaken", "network_file_system", "refuse_network", "try_lock"]

_NETWORK: Final = frozenset(
    (
        "9p",
        "afs",
        "afpfs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "fuse.cephfs",
        "fuse.davfs",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "orangefs",
        "smb3",
        "smbfs",
        "vboxsf",
        "webdav",
    )
)
"""File systems on which two machines can write one file, or locks and syncs do not hold."""

_POLL_S: Final = 0.05
_MOUNTS: Final = Path("/proc/self/mountinfo")


@final
class StoreTaken(InputError):
    """Another program has the store open."""


@final
class LockFile:
    """A lock beside the database that the operating system takes back when the program ends, however it ends.

    The file itself stays: to remove it while another program waits for it would let both in.
    """

    def __init__(self, database: Path, wait_s: float) -> None:
        """Take the lock.

        Args:
            database: Of the store.
            wait_s: For how long another program is waited for, seconds.

        Raises:
            StoreTaken: Another program has it.
            InputError: The lock cannot be written.
        """
        path = database.with_name(f"{database.name}.lock")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise InputError(f"{path.name} cannot be written beside the store ({error.strerror}).") from None
        until = time.monotonic() + wait_s
        while not try_lock(self._descriptor):
            if time.monotonic() >= until:
                os.close(self._descriptor)
                raise StoreTaken(
                    f"another program has the store {database.name} open, and two at once could damage it. Close the "
                    "other, or try again when it has ended. For several programs at once use a PostgreSQL store."
                )
            time.sleep(_POLL_S)

    def release(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)


def refuse_network(database: Path, mounts: Path = _MOUNTS) -> None:
    """Refuse a database on a network file system.

    Raises:
        InputError: It stands on one.
    """
    if kind := network_file_system(database, mounts):
        raise InputError(
            f"{database.name} stands on a network file system ({kind}), where a database in a file can be damaged. "
            "Put the store on a disk of this computer, or use a PostgreSQL store."
        )


def network_file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of network file system on which a path stands; empty where it is none, or cannot be told.

    Args:
        path: Need not exist.
        mounts: The table of mounts of the operating system.
    """
    folder = path.resolve()
    if str(folder).startswith("\\\\"):
        return "UNC path"
    if not mounts.exists():
        return ""
    deepest, kind = -1, ""
    for line in mounts.read_text("utf-8", errors="replace").splitlines():
        left, _, right = line.partition(" - ")
        at = Path(left.split()[4].replace("\\040", " "))
        if len(at.parts) >= deepest and folder.is_relative_to(at):
            deepest, kind = len(at.parts), right.split()[0]
    return kind if kind in _NETWORK else ""


if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Return whether a file is now locked by this descriptor; the system lets go of it when it is closed."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Return whether a file is now locked by this descriptor; the system lets go of it when it is closed."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
