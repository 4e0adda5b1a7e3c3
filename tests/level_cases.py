"""Cases about levels, written before they were asked, and how an answer is held against one."""

import csv
import io
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from bedside import answered

__all__ = ["CASES", "LevelCase", "faults_of"]

_HERE = Path(__file__).parent
_FILES = _HERE / "data" / "level_cases"
_IN_LIST = re.compile(r"(\w+)\[(\w+)=([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class LevelCase:
    """One question, and what its answer holds."""

    id: str
    source: str
    ask: list[str]
    code: int
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    number: tuple[dict, ...] = ()
    cell: tuple[dict, ...] = ()

    @property
    def arguments(self) -> list[str]:
        """The call, files by their whole path."""
        return [str(_FILES / word) if (_FILES / word).is_file() else word for word in self.ask]


CASES = [LevelCase(**row) for row in tomllib.loads((_HERE / "level_cases.toml").read_text("utf-8"))["case"]]


def faults_of(case: LevelCase) -> list[str]:
    """Return how an answer differs from what was expected; empty where it does not."""
    code, output = answered(*case.arguments)
    text = " ".join(output.split())
    faults = [f"code {code}, not {case.code}: {text[:300]}"] if code != case.code else []
    faults += [f"'{words}' is not said" for words in case.says if words.casefold() not in text.casefold()]
    faults += [f"'{words}' is said" for words in case.never if words in text]
    if case.number:
        code, output = answered(*case.arguments, "--format", "json")
        found = json.loads(output) if code == 0 else None
        faults += [fault for row in case.number if (fault := _outside(row["at"], _at(found, row["at"]), row))]
    if case.cell:
        rows = list(csv.DictReader(io.StringIO(output)))
        for row in case.cell:
            name = f"row {row['row']} {row['column']}"
            cell = rows[row["row"] - 1].get(row["column"]) if len(rows) >= row["row"] else None
            faults += [fault] if (fault := _outside(name, None if cell is None else float(cell), row)) else []
    return faults


def _outside(name: str, value: object, row: dict) -> str:
    if not isinstance(value, int | float):
        return f"{name} is not there"
    return "" if row["at_least"] <= value <= row["at_most"] else f"{name} is {value}"


def _at(value: object, path: str) -> object:
    """Return what stands at a path; None where nothing does."""
    for part in path.split("."):
        if picked := _IN_LIST.fullmatch(part):
            rows = value.get(picked[1], []) if isinstance(value, dict) else []
            value = _picked(rows, picked[2], picked[3])
        elif isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _picked(rows: list[dict], key: str, wanted: str) -> object:
    if wanted in {"max", "min"}:
        chosen = max if wanted == "max" else min
        return chosen(rows, key=lambda row: row[key], default=None)
    return next((row for row in rows if row.get(key) == wanted), None)
