"""Says in words what a row of a dose table gives, and what a phase of a regimen holds."""

from collections.abc import Iterable, Iterator

from fullcourse.adapters.documents.rule_words import condition_words
from fullcourse.knowledge.doses import DoseBand, DoseLine, DoseTable, Way
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import Phase
from fullcourse.knowledge.statements import Statement, When

__all__ = ["dose_lines", "listed", "phase_lines", "when_words"]


def listed(words: Iterable[str]) -> str:
    """Return words in a row; empty ones are left out."""
    return ", ".join(filter(None, words))


def when_words(test: Statement, knowledge: Knowledge, *, after: int = 0) -> str:
    """Return all that must hold, in words; empty for nothing.

    Args:
        test: Of a band, a limit or a criterion.
        knowledge: Names the facts.
        after: How many of the first conditions are left out: the ends of a band, which its label says.
    """
    conditions = test.body.conditions if isinstance(test.body, When) else ()
    return ", and ".join(condition_words(it, knowledge) for it in conditions[after:])


def dose_lines(table: DoseTable, knowledge: Knowledge) -> dict[str, str]:
    """Return each row of a table: whom it is for, and what it gives."""
    lines: dict[str, str] = {}
    for band in table.bands:
        ends = (band.from_kg, band.to_kg)
        others = when_words(band.test, knowledge, after=sum(end is not None for end in ends))
        label = listed((_ends(band), others)) or "everybody"
        named = label if label not in lines else f"{label} (row {len(lines) + 1})"
        lines[named] = f"{_given(band)}; {band.note}" if band.note else _given(band)
    return lines


def _ends(band: DoseBand) -> str:
    low = "" if band.from_kg is None else f"{'above' if band.excludes_from else 'from'} {band.from_kg:g} kg"
    high = "" if band.to_kg is None else f"{'up to' if band.includes_to else 'below'} {band.to_kg:g} kg"
    printed = "" if band.printed_to_kg is None else f"(printed to {band.printed_to_kg:g} kg)"
    return " ".join(filter(None, (low, high, printed)))


def _given(band: DoseBand) -> str:
    if not band.options:
        return f"no dose: {band.no_dose}"
    options = []
    for option in band.options:
        lines = "; ".join(_line(line) for line in option.lines)
        options.append(f"{option.name}: {lines}" if option.name else lines)
    return " / or ".join(options)


def _line(line: DoseLine) -> str:
    amounts = listed(_amounts(line))
    ways = " or ".join(_way(way) for way in line.ways)
    what = " of ".join(filter(None, (listed((ways, amounts)), line.drug)))
    days = "" if line.from_day == 1 and line.to_day is None else _days(line)
    return listed((what, _rhythm(line), f"in the {line.at}" if line.at else "", days, *_most(line), line.note))


def _way(way: Way) -> str:
    holds = listed(f"{name} {mg:g} mg" for name, mg in way.contents) or (f"{way.mg:g} mg" if way.mg is not None else "")
    counted = "" if way.units is None else f"{way.units:g} × {way.form}"
    form = way.preparation if way.volume_ml is not None and way.in_ml is not None else counted or _poured(way)
    prepared = way.preparation if form != way.preparation else ""
    said = f"{holds} ({form})" if form else holds
    return listed((said, prepared, way.note))


def _poured(way: Way) -> str:
    return f"{way.volume_ml:g} mL of {way.form}" if way.volume_ml is not None else way.form


def _amounts(line: DoseLine) -> Iterator[str]:
    if line.usual_mg is not None:
        yield f"usually {line.usual_mg:g} mg"
    for low, high, unit in (
        (line.mg_low, line.mg_high, "mg an intake"),
        (line.mg_per_day_low, line.mg_per_day_high, "mg a day"),
        (line.mg_per_kg, line.mg_per_kg, "mg/kg a day"),
        (line.mg_per_kg_low, line.mg_per_kg_high, "mg/kg a day"),
        (line.mg_per_kg_per_dose, line.mg_per_kg_per_dose, "mg/kg an intake"),
    ):
        if low is not None and high is not None:
            yield f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}"


def _rhythm(line: DoseLine) -> str:
    times = ""
    if line.every_h is not None:
        times = "once a day" if line.every_h == 24.0 else f"every {line.every_h:g} hours"
    elif line.doses_per_day_low is not None and line.doses_per_day_high is not None:
        low, high = line.doses_per_day_low, line.doses_per_day_high
        times = f"{low:g} times a day" if low == high else f"{low:g} to {high:g} times a day"
    if line.per_week is None:
        return times
    most = f" to {line.per_week_high}" if line.per_week_high is not None else ""
    on = f" ({listed(line.days_of_week)})" if line.days_of_week else ""
    return listed((times, f"on {line.per_week}{most} days a week{on}"))


def _days(line: DoseLine) -> str:
    if line.to_day is None:
        return f"from day {line.from_day}"
    return f"days {line.from_day} to {line.to_day}"


def _most(line: DoseLine) -> Iterator[str]:
    if line.max_mg_per_dose is not None:
        yield f"at most {line.max_mg_per_dose:g} mg an intake"
    if line.max_mg_per_day is not None:
        yield f"at most {line.max_mg_per_day:g} mg a day"


def phase_lines(phases: Iterable[Phase]) -> dict[str, str]:
    """Return each phase of a regimen: how long, how often, what is taken, and how it may be made longer."""
    return {f"phase {phase.name}": listed(_of_phase(phase)) for phase in phases}


def _of_phase(phase: Phase) -> Iterator[str]:
    if phase.weeks is not None:
        yield f"{phase.weeks} weeks"
    if phase.months is not None:
        yield (
            f"{phase.months} months"
            if phase.months_at_most is None
            else f"{phase.months} to {phase.months_at_most} months"
        )
    if phase.days_per_week is not None:
        yield f"{phase.days_per_week} days a week"
    if phase.doses is not None:
        yield f"{phase.doses} doses"
    for within, unit in ((phase.complete_within_days, "days"), (phase.complete_within_months, "months")):
        if within is not None:
            yield f"complete within {within} {unit}"
    for part in phase.drugs:
        role = "" if part.role == "counted" else part.role.replace("_", " ")
        months = "" if part.months is None else f"{part.months} months"
        less = "left out where the phase before was made longer" if part.unless_extended else ""
        details = listed((role, months, less, part.note))
        yield f"{' or '.join(part.one_of)}{f' ({details})' if details else ''}"
    if (longer := phase.extension) is not None:
        length = f"{longer.weeks} weeks" if longer.weeks is not None else f"{longer.months} months"
        yield f"made longer, {length} in all: {longer.says}"
