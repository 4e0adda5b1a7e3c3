"""A folder of parts belongs to one question: a run goes on only where the run before asked the same."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from fullcourse.clinical.errors import InputError

__all__ = ["claim_folder", "stamps_of"]


def claim_folder(folder: Path, mark: str, mine: Mapping[str, object]) -> None:
    """Mark a folder as of a question; refuse one that holds the parts of another.

    Args:
        folder: For the parts; it is made.
        mark: Name of the file that holds the question.
        mine: The question, as JSON.

    Raises:
        InputError: The folder is of another question.
    """
    path = folder / mark
    if path.exists():
        if json.loads(path.read_text()) == json.loads(json.dumps(mine)):
            return
        raise InputError(
            "the folder for the parts holds the answer to another question: of another register, date or edition of "
            "the knowledge, or of facts that were made again since. Going on would mix the two. "
            f"Remove '{folder.name}', or name another --out."
        )
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(mine))
    draft.replace(path)


def stamps_of(files: Sequence[Path]) -> list[list[object]]:
    """Return what tells files from others: path, size and time."""
    return [[str(file), file.stat().st_size, file.stat().st_mtime_ns] for file in files]
