"""What is stated of an active moiety and holds for a drug that becomes it, without a copy in any file.

A drug's file says it in one line (``as_moiety``) and names the statement by which it holds. Each derived statement is
the moiety's own under the drug's name, says whose it is, and covers nothing of the mission by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

__all__ = ["with_moieties"]

Row = tuple[str, object]

_KEPT_APART: Final = frozenset(("covers", "id", "point", "says"))


def with_moieties(statements: Sequence[Row], drugs: Sequence[Row]) -> list[Row]:
    """Return statements with those that hold for a drug because of its moiety.

    Args:
        statements: Rows of ``[[statement]]`` with their files.
        drugs: Rows of ``[drug]`` with their files.
    """
    there = {str(row["id"]) for _, row in statements if isinstance(row, Mapping) and "id" in row}
    derived = [it for file, drug in drugs if isinstance(drug, Mapping) for it in _derived(file, drug, statements)]
    return [*statements, *(it for it in derived if str(it[1]["id"]) not in there)]


def _derived(
    file: str, drug: Mapping[str, object], statements: Sequence[Row]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    how = drug.get("as_moiety")
    if not isinstance(how, Mapping):
        return
    moiety, owner = str(drug.get("moiety", "")), str(drug.get("inn", "")).replace(" ", "-")
    for _, row in statements:
        if not isinstance(row, Mapping):
            continue
        name = str(row.get("id", ""))
        parts = name.split(".", 2)
        if parts[0] != moiety or len(parts) < 3 or parts[1] not in how.get("kinds", ()):  # owner, kind, rest
            continue
        if name in how.get("but_not", ()):
            continue
        says = str(row.get("says", ""))
        yield (
            file,
            {
                **{key: value for key, value in row.items() if key not in _KEPT_APART},
                "id": f"{owner}.{parts[1]}.{parts[2]}",
                "point": str(row.get("point", "")).replace(f"{moiety}.", f"{owner}.", 1),
                "says": f"Of {moiety}: {says[:1].lower()}{says[1:]}",
                "through": str(how.get("through", "")),
            },
        )
