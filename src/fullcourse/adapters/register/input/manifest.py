"""The manifest of a bulk export: which files it holds, how many lines each has, what failed, and what was deleted.

HL7 FHIR Bulk Data Access (Flat FHIR), "Response - Complete Status" (editions 1 to 4): ``output`` with ``type``, ``url``
and ``count``; ``error`` (``outcome`` from edition 4 on) with files of OperationOutcomes; ``deleted`` with files of
Bundles; ``link`` to further pages. Nothing is fetched: an address stands for the file of its name beside the manifest,
or in the folders ``deleted`` and ``error`` where programs that fetch exports put those.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.adapters.register.input.deletions import read_deletions
from fullcourse.adapters.register.input.source import PLAIN
from fullcourse.clinical.errors import InputError

__all__ = ["DELETED", "ERROR", "MANIFEST", "Manifest", "is_manifest", "read_manifest", "whole_export"]

MANIFEST: Final = "manifest.json"
"""The name under which programs that fetch exports keep the manifest."""

_MOST_BYTES: Final = 64 * 1024 * 1024
_NOT_FAILED: Final = frozenset({"warning", "information", "success"})
_ENDINGS: Final = ("", ".ndjson", ".ndjson.gz", ".gz")
_BLOCK: Final = 1 << 24
_OUTCOMES: Final = ("error", "outcome")
ERROR: Final = "error"
"""The folder in which programs that fetch exports put outcomes."""

DELETED: Final = "deleted"
"""The list of what was deleted, and the folder in which programs that fetch exports put that."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """An export as its manifest says it is.

    Attributes:
        files: Of resources, in its order.
        deleted: ``Type/id`` that were deleted since the export before.
        beside: Files that it names and that hold no resources of the register.
        notes: What is to be said.
    """

    files: tuple[Path, ...]
    deleted: frozenset[str]
    beside: tuple[Path, ...]
    notes: tuple[str, ...] = field(default=())


def is_manifest(file: Path) -> bool:
    """Return whether a file is a manifest by its name or by what it holds."""
    if file.suffix != ".json":
        return False
    if file.stat().st_size > _MOST_BYTES:
        return file.name == MANIFEST
    text = file.read_bytes()
    return file.name == MANIFEST or (b'"output"' in text and b'"transactionTime"' in text)


def read_manifest(file: Path) -> Manifest:
    """Return what a manifest names, when it is all there.

    Raises:
        InputError: It is no manifest; a file that it names is not there or has another number of lines; a part of the
            export failed; or what was deleted cannot be told.
    """
    manifest = _parsed(file)
    _refuse_further_pages(manifest, file)
    outputs = [(_local(entry, file, ""), entry) for entry in _entries(manifest, "output", file)]
    named = [path for path, _ in outputs]
    twice = sorted({path.name for path in named if named.count(path) > 1})
    if twice:
        raise InputError(
            f"{file.name}: two addresses stand for one file, '{twice[0]}'. Fetch the export into one file for each."
        )
    for path, entry in outputs:
        _compare(path, entry, file)
    outcomes = [_local(entry, file, ERROR) for key in _OUTCOMES for entry in _entries(manifest, key, file)]
    deletions = [_local(entry, file, DELETED) for entry in _entries(manifest, DELETED, file)]
    return whole_export(file.name, named, outcomes, deletions)


def whole_export(name: str, files: Sequence[Path], outcomes: Sequence[Path], deletions: Sequence[Path]) -> Manifest:
    """Return an export by its files, when nothing of it failed.

    Args:
        name: Of the manifest or folder, for messages.
        files: Of resources.
        outcomes: Of OperationOutcomes.
        deletions: Of Bundles of what was deleted.

    Raises:
        InputError: A part of the export failed, or what was deleted cannot be told.
    """
    notes = _refuse_failures(outcomes, name)
    deleted: set[str] = set()
    for path in deletions:
        with PLAIN.open(path) as lines:
            deleted |= read_deletions(path, iter(lines))
    if deleted:
        notes.append(
            f"{name} names {len(deleted):,} resources as deleted: they are taken out of what is handed in before it"
        )
    return Manifest(tuple(files), frozenset(deleted), (*outcomes, *deletions), tuple(notes))


def _parsed(file: Path) -> Mapping[str, object]:
    if file.stat().st_size > _MOST_BYTES:
        raise InputError(f"{file.name} is larger than a manifest can be. Hand in the manifest of a bulk export.")
    value = parse_json(decode_text(file.read_bytes(), file.name), file.name)
    if not isinstance(value, dict) or not isinstance(value.get("output"), list):
        raise InputError(
            f"{file.name} is no manifest of a bulk export: it has no list 'output'. Hand in the manifest as the server "
            "gave it, or the files of the export."
        )
    return value


def _entries(manifest: Mapping[str, object], key: str, file: Path) -> Sequence[Mapping[str, object]]:
    entries = manifest.get(key) or []
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("url"), str) and entry["url"] for entry in entries
    ):
        raise InputError(f"{file.name}: '{key}' is no list of files, each with its url. Fetch the manifest again.")
    return entries


def _refuse_further_pages(manifest: Mapping[str, object], file: Path) -> None:
    links = manifest.get("link")
    if isinstance(links, list) and any(isinstance(link, dict) and link.get("relation") == "next" for link in links):
        raise InputError(
            f"{file.name} is one page of a manifest that goes on in another: part of the register would be missing. "
            "Fetch every page, join their lists in one manifest, and hand that in."
        )


def _local(entry: Mapping[str, object], file: Path, kept_in: str) -> Path:
    """Return the file that an entry stands for: beside the manifest, and never outside its folder."""
    url = str(entry["url"])
    parts = urlsplit(url)
    path = unquote(parts.path)
    names = [Path(path).name]
    if not parts.scheme and not parts.netloc and not path.startswith("/") and ".." not in Path(path).parts:
        names.insert(0, path)
    folders = [file.parent, *([file.parent / kept_in] if kept_in else [])]
    tried = [folder / f"{name}{ending}" for name in names if name for folder in folders for ending in _ENDINGS]
    for candidate in tried:
        if candidate.is_file():
            return candidate
    raise InputError(
        f"{file.name} names '{names[-1]}', and no file of that name is beside it: part of the export is missing. "
        "Nothing is fetched over a network: fetch it, and hand the manifest in again."
    )


def _compare(path: Path, entry: Mapping[str, object], file: Path) -> None:
    """Refuse a file that has not as many lines as the manifest says."""
    said = entry.get("count")
    if said is None:
        return
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise InputError(f"{file.name}: the 'count' of '{path.name}' is no number of lines. Fetch the manifest again.")
    found = _lines_of(path)
    if found != said:
        raise InputError(
            f"{file.name} says that '{path.name}' has {said:,} lines, and it has {found:,}: it was cut off, or belongs "
            "to another export. Fetch it again. If it is the server that counts wrongly, hand in the files themselves, "
            "without the manifest."
        )


def _lines_of(path: Path) -> int:
    """Return how many lines of a file are not blank."""
    count, kept = 0, b""
    for data in _read(path):
        lines = (kept + data).split(b"\n")
        kept = lines.pop()
        count += sum(1 for line in lines if line and not line.isspace())
    return count + bool(kept.strip())


def _read(path: Path) -> Iterator[bytes]:
    if path.suffix == ".gz":
        yield from (data for _, data in PLAIN.blocks(path, _BLOCK))
        return
    with path.open("rb") as file:
        while data := file.read(_BLOCK):
            yield data


def _refuse_failures(files: Sequence[Path], name: str) -> list[str]:
    """Return what is to be said of the outcomes of an export; refuse one of which a part failed.

    What an outcome says in words may name somebody, and is not repeated.
    """
    told = failed = 0
    where = ""
    for path in files:
        with PLAIN.open(path) as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                told += 1
                if _has_failed(line, f"line {number:,} of {path.name}"):
                    failed += 1
                    where = where or f"line {number:,} of {path.name}"
    if failed:
        raise InputError(
            f"{name}: {failed:,} outcomes of the export say that something could not be exported, the first in "
            f"{where}: what is missing could be what speaks against a drug. Read them, and export again. If what is "
            "missing does not matter, hand in the files themselves, without the manifest."
        )
    return [f"{name} names {told:,} outcomes of the export, none of them an error"] if told else []


def _has_failed(line: bytes, where: str) -> bool:
    outcome = parse_json(decode_text(line.rstrip(b"\r\n"), where), where)
    outcome = outcome if isinstance(outcome, dict) else {}
    issues = outcome.get("issue")
    if not isinstance(issues, list) or not issues or outcome.get("resourceType") != "OperationOutcome":
        raise InputError(
            f"{where} should be an OperationOutcome with its issues, and is none: whether the export is whole cannot "
            "be told. Fetch the export again, or hand in its files without the manifest."
        )
    # What has no severity that is known is taken for a failure.
    return any(not isinstance(issue, dict) or issue.get("severity") not in _NOT_FAILED for issue in issues)
