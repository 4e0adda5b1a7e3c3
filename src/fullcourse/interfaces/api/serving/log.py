"""The log of a service: one line of JSON on standard error for whatever is written, and nothing of a person in it.

Lines of ours are JSON already and hold no address, body or id of a patient. Of what libraries write only the fixed text
is kept, never what they put into it: that may be what a caller sent.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

__all__ = ["start_log"]

_OURS: Final = "fullcourse.service"


class _Lines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        level = record.levelname.lower()
        if record.name == _OURS and not record.exc_info:
            line = record.getMessage()
            if line.startswith('{"') and "\n" not in line:  # it is an object of JSON, as all of ours are
                return f'{{"at": "{at}", "level": "{level}", {line[1:]}'
        told: dict[str, object] = {"at": at, "level": level}
        if record.name == _OURS:
            said = json.loads(record.getMessage())
            told.update(said if isinstance(said, dict) else {"said": said})
            if record.exc_info:
                told["frames"] = self.formatException(record.exc_info)
        else:
            told["from"] = record.name
            if record.name.startswith("uvicorn"):
                told["said"] = str(record.msg)
            if record.exc_info and record.exc_info[0]:
                told["error"] = record.exc_info[0].__name__
        return json.dumps(told)


def start_log() -> None:
    """Send everything that is logged to standard error, as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be written is not worth a call
