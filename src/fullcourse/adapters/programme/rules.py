"""What reports of a programme count, read from the knowledge."""

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import fullcourse.knowledge
from fullcourse.clinical.citation import Source
from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.clinical.event_bodies import OUTCOMES
from fullcourse.clinical.event_bodies.registration import RESISTANCES
from fullcourse.cohort.programme.rules import Definition, ReportRules
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import Table

__all__ = ["read_report_rules"]

_FILE: Final = "programme/reports.toml"
_PATH: Final = Path(fullcourse.knowledge.__file__).parent / _FILE
_MONTHS_OF_A_QUARTER: Final = 3


@functools.lru_cache(maxsize=4)
def read_report_rules(knowledge: Knowledge, path: Path = _PATH) -> ReportRules:
    """Read the rules.

    Args:
        knowledge: Holds the sources that definitions cite.
        path: Of the file.

    Raises:
        KnowledgeError: The file is missing or wrong; with every fault.
    """
    try:
        content: Mapping[str, object] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(
            [Fault(_FILE, "", f"it cannot be read: {type(error).__name__}", "Mend the file.")]
        ) from None
    faults: list[Fault] = []
    whole = Table(content, _FILE, "", faults)
    registration, interim, final, need = (
        Table(whole.raw(name), _FILE, name, faults) for name in ("registration", "interim", "final", "need")
    )
    definitions = tuple(
        _definition(Table(row, _FILE, "definition", faults), knowledge) for row in whole.rows("definition")
    )
    rules = ReportRules(
        age_bands_from=_bands(registration),
        interim_after_months=_months(interim, "after_months"),
        interim_closes_after_months=_months(interim, "closes_after_months", of_quarters=True),
        culture_from_months=_months(interim, "culture_from_months"),
        culture_grace_days=interim.whole("culture_grace_days", least=0) or 0,
        interim_resistances=_words(interim, "resistances", RESISTANCES),
        short_at_most_months=_months(final, "short_at_most_months"),
        short_after_months=_months(final, "short_after_months", of_quarters=True),
        long_after_months=_months(final, "long_after_months", of_quarters=True),
        success=_words(final, "success", OUTCOMES),
        need_months=_months(need, "months"),
        definitions=definitions,
    )
    for table in (registration, interim, final, need, whole):
        table.done()
    if faults:
        raise KnowledgeError(faults)
    return rules


def _definition(table: Table, knowledge: Knowledge) -> Definition:
    name, interpretation = table.text("id"), table.text("interpretation", required=False)
    cited = table.text("source", required=not interpretation)
    source: Source | None = knowledge.sources.get(cited)
    if cited and source is None:
        table.fault(f"the source '{cited}' is not known", "Add it to sources/.")
    definition = Definition(
        name, table.text("says"), source, table.text("section", required=bool(cited)), interpretation
    )
    table.done()
    return definition


def _months(table: Table, key: str, *, of_quarters: bool = False) -> int:
    months = table.whole(key)
    if months is None:
        table.fault(f"'{key}' is missing", f"Add {key} = 6.")
        return _MONTHS_OF_A_QUARTER
    if of_quarters and months % _MONTHS_OF_A_QUARTER:
        table.fault(f"'{key}' is {months}", "Cohorts are quarters: write a multiple of 3.")
    return months


def _bands(table: Table) -> tuple[int, ...]:
    given = table.raw("age_bands_from")
    bands = (
        [year for year in given if isinstance(year, int) and not isinstance(year, bool)]
        if isinstance(given, list)
        else []
    )
    if not isinstance(given, list) or len(bands) != len(given) or bands != sorted(set(bands)) or bands[:1] != [0]:
        table.fault("'age_bands_from' are no ascending years from 0", "Write them as [0, 5, 10].")
        return (0,)
    return tuple(bands)


def _words(table: Table, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    given = table.texts(key)
    for word in given:
        if word not in allowed:
            table.fault(f"'{key}' holds '{word}'", f"One of: {', '.join(allowed)}.")
    return given
