"""Keeps the parsed knowledge between runs, under the digest of the files it came from.

TOML is parsed in pure Python, which would be most of the time of a short command. The cache holds parsed tables as JSON
and nothing else; it is read only under the digest of the very files that are there, so it can be stale for nobody, and
a cache that cannot be read or written is passed over. Tables of regimens and doses are kept in a file of their own,
which a check of a drug never opens.
"""

import contextlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from fullcourse import __version__
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.reader import APART, HERE, Tables, build, digest_of, parse, read_files

__all__ = ["cache_folder", "load_knowledge"]

_GRAMMAR = 4
"""Edition of the grammar that kept tables passed: it rises with each rule that a file must keep."""


def cache_folder() -> Path:
    """Return where parsed knowledge is kept: the user's cache folder of the operating system."""
    if named := os.environ.get("FULLCOURSE_CACHE"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "fullcourse"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fullcourse"


def load_knowledge(folder: Path = HERE) -> Knowledge:
    """Return the knowledge of a folder, from the cache where that holds these very files.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    files = read_files(folder)
    digest = digest_of(files)
    name = f"{__version__}-{_GRAMMAR}-{digest[:32]}.json"
    kept, kept_apart = cache_folder() / f"knowledge-{name}", cache_folder() / f"guidelines-{name}"
    tables = _read(kept)
    if tables is not None:
        knowledge = build(tables, digest, linted=True, apart=lambda: _read(kept_apart) or _split(parse(files))[1])
        return replace(knowledge, meanings=_meanings)
    parsed = parse(files)
    knowledge = build(parsed, digest)
    most, apart = _split(parsed)
    _write(kept_apart, apart)
    _write(kept, most)
    return replace(knowledge, meanings=_meanings)


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


def _read(path: Path) -> Tables | None:
    try:
        tables = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return tables if isinstance(tables, dict) else None


def _write(path: Path, tables: Tables) -> None:
    """Write through a temporary file, so that a reader sees all of it or nothing."""
    import tempfile  # only a first run writes; the others need not wait for it

    with contextlib.suppress(OSError, TypeError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as draft:
            json.dump(tables, draft)
        Path(draft.name).replace(path)
