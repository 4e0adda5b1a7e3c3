"""Keeps the parsed knowledge between runs, under the digest of the files it came from.

TOML is parsed in pure Python, which would be most of the time of a short command. The cache holds parsed tables as JSON
and nothing else; it is read only under the digest of the very files that are there, so it can be stale for nobody, and
under a seal of its own content (`sealed_copy.py`), so that the digest of an answer is of what was used. A cache that
cannot be read, believed or written is passed over, and written anew. Tables of regimens and doses are kept in a file of
their own, which a check of a drug never opens.
"""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from fullcourse import __version__
from fullcourse.adapters.sealed_copy import read_copy, write_copy
from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.reader import APART, HERE, Tables, build, digest_of, parse, read_files

__all__ = ["cache_folder", "compare_kept", "knowledge_here", "load_knowledge"]

_GRAMMAR = 5
"""Edition of the grammar that kept tables passed: it rises with each rule that a file must keep."""


def cache_folder() -> Path | None:
    """Return where parsed knowledge is kept: the user's cache folder of the operating system; None without a home."""
    if named := os.environ.get("FULLCOURSE_CACHE"):
        return Path(named)
    try:
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "fullcourse"
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fullcourse"
    except RuntimeError:  # a user without a home folder, as in many containers
        return None


def load_knowledge(folder: Path = HERE) -> Knowledge:
    """Return the knowledge of a folder, from the cache where that holds these very files.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    files = read_files(folder)
    digest = digest_of(files)
    kept, kept_apart = _places(digest)
    tables = _read(kept)
    if tables and files.keys() >= tables.keys():
        # A sealed copy of another shape is no copy of these files: they are read, and it is written anew.
        with contextlib.suppress(KnowledgeError, AttributeError, LookupError, TypeError, ValueError):
            knowledge = build(tables, digest, linted=True, apart=lambda: _apart(files, kept_apart))
            return replace(knowledge, meanings=_meanings)
    parsed = parse(files)
    knowledge = build(parsed, digest)
    most, apart = _split(parsed)
    _write(kept_apart, apart)
    _write(kept, most)
    return replace(knowledge, meanings=_meanings)


@cache
def knowledge_here() -> Knowledge:
    """Return the knowledge of this package, read once in a process, so that all its answers rest on one digest."""
    return load_knowledge()


def compare_kept(folder: Path = HERE) -> tuple[str, list[Fault]]:
    """Return what the cache holds of a folder, in a sentence, and a fault for each kept file that holds other tables.

    A file that would not be believed is no fault, since no answer rests on it; it is named in the sentence.

    Raises:
        KnowledgeError: The files of the folder are no TOML.
    """
    files = read_files(folder)
    passed_over: list[str] = []
    faults: list[Fault] = []
    for place, tables in zip(_places(digest_of(files)), _split(parse(files)), strict=True):
        try:
            if place is None:
                raise FileNotFoundError
            if read_copy(place) != _content(tables):
                mend = "Delete the file; it is written anew from the knowledge files."
                faults.append(Fault(str(place), "", "the kept copy holds other tables than the knowledge files", mend))
        except FileNotFoundError:
            passed_over.append("there is no kept copy")
        except (OSError, ValueError) as error:
            why = "cannot be read" if isinstance(error, OSError) else str(error)
            passed_over.append(f"{place} {why}, and is not used")
    said = "; ".join(dict.fromkeys(passed_over)) or "the kept copy holds the same tables"
    return f"Compared with the cache: {said}.", faults


def _places(digest: str) -> tuple[Path | None, Path | None]:
    """Return where tables of a digest are kept: those that every command reads, and those apart."""
    folder = cache_folder()
    if folder is None:
        return None, None
    name = f"{__version__}-{_GRAMMAR}-{digest[:32]}.json"
    return folder / f"knowledge-{name}", folder / f"guidelines-{name}"


def _apart(files: Mapping[str, bytes], place: Path | None) -> Tables:
    kept = _read(place)
    if kept is not None:
        return kept
    apart = _split(parse(files))[1]
    _write(place, apart)
    return apart


def _meanings(name: str) -> tuple[str, ...]:
    from fullcourse.adapters.medicines.asked_drug import meanings_of  # most names stand in the drug files

    return meanings_of(name)


def _split(tables: Tables) -> tuple[Tables, Tables]:
    """Return the tables that every command reads, and those of the kinds that are read only when they are asked for."""
    most: dict[str, dict[str, object]] = {}
    apart: dict[str, dict[str, object]] = {}
    for file, kinds in tables.items():
        for kind, rows in kinds.items():
            (apart if kind in APART else most).setdefault(file, {})[kind] = rows
    return most, apart


def _read(path: Path | None) -> Tables | None:
    """Return kept tables; None where there are none, or where they are not believed."""
    if path is None:
        return None
    try:
        tables = json.loads(read_copy(path))
    except (OSError, ValueError, RecursionError):
        return None
    whole = isinstance(tables, dict) and all(isinstance(kinds, dict) for kinds in tables.values())
    return tables if whole else None


def _write(path: Path | None, tables: Tables) -> None:
    """Keep tables where that is possible: a full disk or a folder that may not be written to is no error."""
    if path is not None:
        with contextlib.suppress(OSError, TypeError):
            write_copy(path, _content(tables))


def _content(tables: Tables) -> bytes:
    return json.dumps(tables).encode("ascii")
