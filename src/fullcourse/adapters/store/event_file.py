"""The events of one course in a plain file, one JSON object a line: for trying things, and for carrying a course about.

A line is written whole and brought to the disk before anything is said to be kept. A file that ends in the middle of a
line, or holds one that cannot be read, is refused as a whole: nothing is computed from a part of a course.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from fullcourse.adapters.input_file import refuse_no_file
from fullcourse.adapters.json_text import decode_text
from fullcourse.adapters.published.event import event_line, read_event_line
from fullcourse.adapters.store.contract import Appended, Recorder
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

__all__ = ["EventFile"]


def _of_its_owner(path: str, flags: int) -> int:
    """Open a file that, where it is new, nobody but its owner may read."""
    return os.open(path, flags, 0o600)


class EventFile:
    """A file of events, read once and added to."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Read the file, where there is one.

        Args:
            path: Of the file.
            now: When events are received that carry no time of receipt.

        Raises:
            InputError: A line cannot be read, with the line and the path of what is wrong; or the file ends too early.
        """
        self.path = path
        self.recorder: Recorder = MemoryRecorder()
        for event in _read(path):
            self.recorder.append([event], event.received_at or now)

    def append(self, events: Iterable[Event], now: datetime) -> tuple[Appended, ...]:
        """Take events, and bring those that are new to the disk.

        Raises:
            InputError: The file cannot be written.
        """
        listed = list(events)
        became = self.recorder.append(listed, now)
        new = [event for event, it in zip(listed, became, strict=True) if it is not Appended.SAME]
        text = "".join(f"{event_line(event)}\n" for event in new)
        try:
            with open(self.path, "a", encoding="utf-8", opener=_of_its_owner) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise InputError(f"{self.path.name} cannot be written ({error.strerror}). Nothing was kept.") from None
        return became

    def only_patient(self) -> str:
        """Return the one patient of the file.

        Raises:
            InputError: It holds nobody, or more than one.
        """
        patients = list(self.recorder.patients())
        if len(patients) != 1:
            raise InputError(
                f"{self.path.name} holds {len(patients)} courses, and one is asked about. Begin one with 'course "
                "start', or give the file of one person."
            )
        return patients[0]


def _read(path: Path) -> list[Event]:
    if not path.exists():
        return []
    refuse_no_file(path, path.name)
    text = decode_text(path.read_bytes(), path.name)
    if text and not text.endswith("\n"):
        raise InputError(
            f"{path.name} ends in the middle of a line: a part of it is missing. Nothing was read from it."
        )
    lines = enumerate(text.split("\n"), 1)
    return [read_event_line(line, path.name, number) for number, line in lines if line.strip()]
