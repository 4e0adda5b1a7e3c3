"""Names alone with what they have to come to (``pairs_cases.toml``)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PairsCase", "hostile_names", "named_cases"]

_FILE = Path(__file__).parent / "pairs_cases.toml"
_MANY = "apixaban,"


@dataclass(frozen=True, slots=True)
class PairsCase:
    """One list of names.

    Attributes:
        id: For people.
        arguments: Of ``fullcourse check``.
        pairs: Both names, severity (``not covered``), what is done (empty: nothing) and the source, as far as expected.
        together: Id of a statement on all of them; empty for none.
        exit: Exit code.
        not_read: Names that are not read.
        says: Words of the text.
        refused: Words of the message, where nothing is answered; empty where something is.
    """

    id: str
    arguments: tuple[str, ...]
    pairs: tuple[dict[str, object], ...]
    together: str
    exit: int
    not_read: tuple[str, ...]
    says: tuple[str, ...]
    refused: str


def named_cases() -> list[PairsCase]:
    """Return the lists of names with the severities that their sources give."""
    return _cases("case")


def hostile_names() -> list[PairsCase]:
    """Return what somebody types in a hurry, or to do harm."""
    return _cases("hostile")


def _cases(kind: str) -> list[PairsCase]:
    return [_case(row) for row in tomllib.loads(_FILE.read_text("utf-8"))[kind]]


def _case(row: dict) -> PairsCase:
    arguments = [part for name in row.get("drugs", ()) for part in ("--drug", name)]
    arguments += ["--regimen", row["regimen"]] if "regimen" in row else []
    beside = row.get("with") or (_MANY * row["many"] + "metformin" if "many" in row else "")
    arguments += ["--with", beside] if beside else []
    return PairsCase(
        row["id"],
        tuple(arguments),
        tuple(row.get("pairs", ())),
        row.get("together", ""),
        row.get("exit", 0),
        tuple(row.get("not_read", ())),
        tuple(row.get("says", ())),
        row.get("refused", ""),
    )
