"""A disk under the program's own SQLite that remembers what was written and synced, that can be full, and can fail.

SQLite reaches its files through a table of functions (its VFS). Here the functions that write, sync, cut and delete are
replaced, in the library that Python itself has loaded, by ones that write down what they are asked and then call the
original: the program, its SQLite and its files are the real ones.
"""

import _sqlite3
import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = [
    "Acknowledged",
    "Deleted",
    "DirectorySynced",
    "Disk",
    "Found",
    "Made",
    "Step",
    "Synced",
    "Truncated",
    "Written",
    "why_not",
]

OK: Final = 0
FULL: Final = 13
FAILED_SYNC: Final = 10 | 4 << 8  # SQLITE_IOERR_FSYNC
FAILED_WRITE: Final = 10 | 3 << 8  # SQLITE_IOERR_WRITE


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was there was opened for the first time; all that it held counts as on the disk."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was not there was opened."""

    name: str


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes were written to a file: into the memory of the operating system."""

    name: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file was cut, or lengthened."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """What was written to a file reached the disk."""

    name: str


@dataclass(frozen=True, slots=True)
class DirectorySynced:
    """The names of the files of the folder reached the disk."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A file was deleted."""

    name: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The program promised that something is kept."""

    what: str


Step = Found | Made | Written | Truncated | Synced | DirectorySynced | Deleted | Acknowledged

# The functions of an open file, in the order of `sqlite3_io_methods` of sqlite3.h.
_METHODS: Final = [
    "close",
    "read",
    "write",
    "truncate",
    "sync",
    "file_size",
    "lock",
    "unlock",
    "check_reserved_lock",
    "file_control",
    "sector_size",
    "device_characteristics",
    "shm_map",
    "shm_lock",
    "shm_barrier",
    "shm_unmap",
    "fetch",
    "unfetch",
]
# What of them each version of the table has.
_METHODS_OF_VERSION: Final = {1: 12, 2: 16, 3: 18}


class _Methods(ctypes.Structure):
    _fields_ = (("version", ctypes.c_int), *((name, ctypes.c_void_p) for name in _METHODS))


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.c_void_p),)


class _Vfs(ctypes.Structure):
    """The functions of a file system, in the order of `sqlite3_vfs` of sqlite3.h, third version."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_bytes", ctypes.c_int),
        ("longest_name", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
        *((f"more_{number}", ctypes.c_void_p) for number in range(11)),
        ("set_system_call", ctypes.c_void_p),
        ("get_system_call", ctypes.c_void_p),
        ("next_system_call", ctypes.c_void_p),
    )


_int, _pointer, _long = ctypes.c_int, ctypes.c_void_p, ctypes.c_int64
# A name is handed on as the pointer it came as: SQLite keeps it, and reads on behind its end.
_OPEN = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _pointer, _int, _pointer)
_DELETE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int)
_WRITE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int, _long)
_TRUNCATE = ctypes.CFUNCTYPE(_int, _pointer, _long)
_SYNC = ctypes.CFUNCTYPE(_int, _pointer, _int)
_OPEN_DIRECTORY = ctypes.CFUNCTYPE(_int, _pointer, _pointer)
_GET_CALL = ctypes.CFUNCTYPE(_pointer, _pointer, ctypes.c_char_p)
_SET_CALL = ctypes.CFUNCTYPE(_int, _pointer, ctypes.c_char_p, _pointer)


def _library() -> ctypes.CDLL | None:
    """Return the SQLite that Python has loaded; None where its functions cannot be reached by name."""
    place = getattr(_sqlite3, "__file__", None)
    library = ctypes.CDLL(place)
    if not hasattr(library, "sqlite3_vfs_find"):
        return None
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    library.sqlite3_vfs_register.argtypes = [ctypes.POINTER(_Vfs), _int]
    return library


def why_not() -> str:
    """Return why there can be no such disk with this Python; empty where there can."""
    if _library() is None:
        return "this Python keeps its SQLite to itself: no disk can be put under it"
    return ""


class Disk:
    """What happens to the files of one folder while it is watched.

    Attributes:
        steps: Everything that happened, in order.
        room: The most bytes that the folder can hold; None for no end.
        fails: Asked before each write and sync whether that one fails; with ``write`` or ``sync``.
        lies: Whether a sync says that it was done and was not.
        known: The files that were opened.
    """

    def __init__(self, folder: Path) -> None:
        """Watch a folder, from the next ``with disk.watched()`` on."""
        self.folder = folder
        self.steps: list[Step] = []
        self.room: int | None = None
        self.fails: Callable[[str], bool] = lambda action: False
        self.lies = False
        self.known: set[str] = set()

    def acknowledged(self, what: str) -> None:
        """Write down that the program promised to keep something."""
        self.steps.append(Acknowledged(what))

    def used(self) -> int:
        """Return how many bytes the files of the folder have; what is shared memory is not on a disk."""
        return sum(path.stat().st_size for path in self.folder.iterdir() if not path.name.endswith("-shm"))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Put the disk under every SQLite file of the folder that is opened from now on, until the block ends."""
        with _watched(self):
            yield


_lock = threading.Lock()
_disk: Disk | None = None
_names: dict[int, str] = {}
_kept: list[object] = []
"""What SQLite holds pointers to, for as long as the process runs."""


@contextmanager
def _watched(disk: Disk) -> Iterator[None]:
    global _disk
    library = _library()
    assert library is not None, why_not()
    original = library.sqlite3_vfs_find(None)
    if not _kept:
        _kept.append(_traced(original.contents))
    with _lock:
        assert _disk is None, "one disk at a time"
        _disk = disk
        library.sqlite3_vfs_register(ctypes.byref(_kept[0]), 1)
    try:
        yield
    finally:
        library.sqlite3_vfs_register(original, 1)
        _disk = None


def _traced(original: _Vfs) -> _Vfs:
    """Return a file system like the original, whose files tell what is done to them."""
    traced = _Vfs.from_buffer_copy(original)
    traced.name = b"traced"
    open_original, delete_original = _OPEN(original.open), _DELETE(original.delete)
    tables: dict[int, _Methods] = {}

    def opened(vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        disk, path = _disk, _path(name)
        watched = disk is not None and path.parent == disk.folder
        was_there = watched and path.exists()
        code = open_original(vfs, name, file, flags, out)
        if code == OK and watched:
            _names[file] = path.name
            if not was_there:
                disk.steps.append(Made(path.name))
            elif path.name not in disk.known:
                disk.steps.append(Found(path.name, path.read_bytes()))
            disk.known.add(path.name)
            handle = _File.from_address(file)
            if handle.methods not in tables:
                tables[handle.methods] = _traced_methods(_Methods.from_address(handle.methods))
            handle.methods = ctypes.addressof(tables[handle.methods])
        return int(code)

    def deleted(vfs: int, name: int, sync_directory: int) -> int:
        disk, path = _disk, _path(name)
        if disk is not None and path.parent == disk.folder and path.exists():
            disk.steps.append(Deleted(path.name))
        return int(delete_original(vfs, name, sync_directory))

    callbacks = _OPEN(opened), _DELETE(deleted)
    traced.open, traced.delete = (ctypes.cast(callback, _pointer).value for callback in callbacks)
    _kept_for_good.extend([open_original, delete_original, tables, *callbacks])
    _watch_directories(original)
    return traced


_kept_for_good: list[object] = []


def _path(name: int | None) -> Path:
    return Path(ctypes.string_at(name).decode()) if name else Path()


def _watch_directories(original: _Vfs) -> None:
    """Have it told when a folder is opened: SQLite does that only in order to sync it."""
    there = _GET_CALL(original.get_system_call)(ctypes.addressof(original), b"openDirectory")
    open_original = _OPEN_DIRECTORY(there)

    def opened(name: int, out: int) -> int:
        disk = _disk
        if disk is not None and _path(name).parent == disk.folder and not disk.lies:
            disk.steps.append(DirectorySynced())
        return int(open_original(name, out))

    callback = _OPEN_DIRECTORY(opened)
    _kept_for_good.extend([open_original, callback])
    _SET_CALL(original.set_system_call)(
        ctypes.addressof(original), b"openDirectory", ctypes.cast(callback, _pointer).value
    )


def _traced_methods(original: _Methods) -> _Methods:
    traced = _Methods(version=original.version)
    for name in _METHODS[: _METHODS_OF_VERSION[original.version]]:
        setattr(traced, name, getattr(original, name))
    write_original, truncate_original = _WRITE(original.write), _TRUNCATE(original.truncate)
    sync_original = _SYNC(original.sync)

    def written(file: int, data: int, size: int, offset: int) -> int:
        disk, name = _disk, _names[file]
        if disk is None:
            return int(write_original(file, data, size, offset))
        if disk.fails("write"):
            return FAILED_WRITE
        fits = size if disk.room is None else max(0, min(size, _room_for(disk, name, offset, size)))
        code = write_original(file, data, fits, offset) if fits else OK
        if code == OK and fits:
            disk.steps.append(Written(name, offset, ctypes.string_at(data, fits)))
        return int(code) if fits == size else FULL

    def truncated(file: int, size: int) -> int:
        code = truncate_original(file, size)
        if _disk is not None and code == OK:
            _disk.steps.append(Truncated(_names[file], size))
        return int(code)

    def synced(file: int, flags: int) -> int:
        disk = _disk
        if disk is not None and disk.fails("sync"):
            return FAILED_SYNC
        if disk is not None and disk.lies:
            return OK
        code = sync_original(file, flags)
        if disk is not None and code == OK:
            disk.steps.append(Synced(_names[file]))
        return int(code)

    callbacks = _WRITE(written), _TRUNCATE(truncated), _SYNC(synced)
    for name, callback in zip(("write", "truncate", "sync"), callbacks, strict=True):
        setattr(traced, name, ctypes.cast(callback, _pointer).value)
    _kept_for_good.extend([write_original, truncate_original, sync_original, *callbacks])
    return traced


def _room_for(disk: Disk, name: str, offset: int, size: int) -> int:
    """Return how many of the bytes of a write still find room."""
    assert disk.room is not None
    there = (disk.folder / name).stat().st_size
    grows = max(0, offset + size - there)
    return size - max(0, disk.used() + grows - disk.room)
