"""From what a claim says to steps in whole units: amounts by weight, intakes over the day, days of the week.

An amount for each kilogram becomes what whole units can make of it. Nothing is rounded into or out of a range.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fullcourse.clinical.dose import Dose, DoseStep, strength_of
from fullcourse.clinical.dose_plan.clock import EVERY_H, clock_text
from fullcourse.clinical.dose_plan.rhythm import ON_DAYS_A_WEEK
from fullcourse.dosing.answer import DosePlan, PlannedStep
from fullcourse.dosing.claims import Advice
from fullcourse.dosing.making import Made, Stock, StockForm, made_within, spread
from fullcourse.dosing.waits import waits_of
from fullcourse.knowledge.doses import DoseLine, DoseOption, Way
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Step
from fullcourse.rules.kleene import Truth
from fullcourse.rules.situation import Situation

__all__ = ["Planner"]

_WEEK: Final = 7.0
_DAY_H: Final = 24.0
_TWICE: Final = ("morning", "evening")
_EVERY_DAY: Final = 7


@dataclass(frozen=True, slots=True)
class _Intakes:
    """One way to take a line: amounts of a dosing day.

    Attributes:
        doses: In order of the day.
        form: Words; empty where none is chosen.
        prepare: As the source describes it.
        holds_mg: Of a combination, mg a dosing day by INN.
        fits: Whether it lies in the line's range.
        note: What the source adds.
    """

    doses: tuple[Dose, ...]
    form: str = ""
    prepare: str = ""
    holds_mg: tuple[tuple[str, float], ...] = ()
    fits: bool = True
    note: str = ""


class Planner:
    """Makes plans for one patient and one drug."""

    def __init__(
        self,
        drug: str,
        weight_kg: float | None,
        stock: Stock,
        situation: Situation,
        knowledge: Knowledge,
        days_per_week: int | None = None,
    ) -> None:
        """Take the patient and the forms.

        Args:
            drug: INN.
            weight_kg: Body weight, kg; None where it is not known as one number.
            stock: The forms that may be used.
            situation: The patient as rules look at one.
            knowledge: Its vocabulary names what a step waits for.
            days_per_week: Dosing days a week that are asked for; None for the source's own.
        """
        self._drug, self._weight_kg, self._stock = drug, weight_kg, stock
        self._situation, self._knowledge, self._days_per_week = situation, knowledge, days_per_week
        dialysis = situation.facts.get("dialysis")
        self._on_dialysis: Truth = dialysis.value if dialysis and isinstance(dialysis.value, bool) else None

    def plans(self, advice: Advice) -> tuple[DosePlan, ...]:
        """Return the ways to give what a claim says, the source's first first.

        None where no form can make it, or where it is an amount for each kilogram and the weight is not known.
        """
        if advice.steps:
            return tuple(self._titration(advice))
        return tuple(plan for option in advice.options for plan in self._of_option(option, advice))

    def _titration(self, advice: Advice) -> Iterator[DosePlan]:
        forms = dict.fromkeys(step.form for step in advice.steps)
        for form in [None, *self._others(forms)]:
            steps = [self._step_of_titration(step, number, advice, form) for number, step in enumerate(advice.steps)]
            if all(steps):
                yield DosePlan(tuple(step for step in steps if step))

    def _others(self, named: Iterable[str]) -> Iterator[StockForm]:
        return (form for form in self._stock.alone(self._drug) if form.words not in named)

    def _step_of_titration(self, step: Step, number: int, advice: Advice, form: StockForm | None) -> PlannedStep | None:
        doses: Sequence[Dose] = step.doses
        words = step.form
        if form is None and step.form and not self._stock.has(step.form):
            return None
        if form is not None:
            counted = [self._counted(dose, form) for dose in step.doses]
            if not all(counted):
                return None
            doses, words = [dose for dose in counted if dose], form.words
        made = DoseStep(step.from_day, tuple(doses), words, max_mg_per_day=advice.max_mg_per_day)
        waits = waits_of(step.conditions, self._situation, self._knowledge) if number else ()
        return PlannedStep(made, self._per_kg(made.mg_per_dosing_day), waits)

    def _counted(self, dose: Dose, form: StockForm) -> Dose | None:
        """Return a dose counted in a form; None where no whole number of it makes the amount."""
        units = dose.mg / (form.mg_of(self._drug) or 1.0)
        return Dose(dose.at, dose.mg, round(units)) if abs(units - round(units)) < 1e-9 and units >= 1.0 else None

    def _per_kg(self, mg: float) -> float | None:
        return None if self._weight_kg is None else mg / self._weight_kg

    def _of_option(self, option: DoseOption, advice: Advice) -> Iterator[DosePlan]:
        lines = [line for line in option.lines if self._drug in line.drugs]
        ways = [(line, tuple(self._ways(line, advice))) for line in lines]
        if not ways or not all(intakes for _, intakes in ways):
            return
        single = lines[0] if len(lines) == 1 and not lines[0].ways else None
        bounds = self._range(single, advice) if single else None
        per_kg = _per_kg_of(single) if single else None
        for number in range(max(len(intakes) for _, intakes in ways)):
            chosen = [(line, intakes[min(number, len(intakes) - 1)]) for line, intakes in ways]
            steps = tuple(self._steps(chosen, advice))
            yield DosePlan(steps, all(taken.fits for _, taken in chosen), option.name, bounds, per_kg)

    def _ways(self, line: DoseLine, advice: Advice) -> Iterator[_Intakes]:
        if not line.ways:
            yield from self._by_range(line, advice)
            return
        for way in _fewest_first(line.ways):
            yield from self._by_way(way, line)

    def _by_way(self, way: Way, line: DoseLine) -> Iterator[_Intakes]:
        """Yield a way as the source has it, or the same amount in whole units of what may be used in its place."""
        mg = way.mg_of(self._drug, line.drug)
        if mg is None:
            return
        times = _times(line)
        if way.form and self._stock.has(way.form):
            doses = tuple(Dose(at, mg, way.units) for at in times)
            holds = tuple((name, amount * len(times)) for name, amount in way.contents)
            yield _Intakes(doses, way.form, _preparation(way), holds, note=way.note)
            return
        if way.form and not self._stock.is_limited:
            return
        same = [
            _Intakes(tuple(dose for dose in counted if dose), form.words)
            for form in self._stock.alone(self._drug)
            if all(counted := [self._counted(Dose(at, mg), form) for at in times])
        ]
        yield from sorted(same, key=lambda it: it.doses[0].units or 0.0)
        if not same and not self._stock.is_limited:
            yield _Intakes(tuple(Dose(at, mg) for at in times), note=way.note)

    def _by_range(self, line: DoseLine, advice: Advice) -> Iterator[_Intakes]:
        bounds = self._range(line, advice)
        if bounds is None:
            return
        times = _times(line)
        counted = self._stock.alone(self._drug)
        made = made_within(*bounds, self._drug, counted)
        if line.mg_per_kg is not None and self._weight_kg is not None:
            made = tuple(_nearest_first(made, line.mg_per_kg * self._weight_kg, line.usual_mg))
        for it in made:
            yield self._intakes_of(it, times)
        if not counted and (self._stock.forms or not self._stock.is_limited):
            # Without a counted form (a powder for injection) the least amount of the range is said in mg alone.
            yield _Intakes(tuple(Dose(at, bounds[0] / len(times)) for at in times))

    def _intakes_of(self, made: Made, times: Sequence[str]) -> _Intakes:
        strength = made.mg / made.units
        parts = spread(made.units, len(times))
        at = times if len(parts) == len(times) else _at_even_hours(len(parts))
        doses = tuple(Dose(when, units * strength, units) for when, units in zip(at, parts, strict=True))
        return _Intakes(doses, made.form, fits=made.fits)

    def _range(self, line: DoseLine, advice: Advice) -> tuple[float, float] | None:
        """Return the least and most of a dosing day, mg; None where the line states neither, or the weight lacks."""
        intakes = len(_times(line))
        fixed: tuple[float, float] | None = None
        if line.mg_low is not None and line.mg_high is not None:
            fixed = line.mg_low * intakes, line.mg_high * intakes
        elif line.mg_per_day_low is not None and line.mg_per_day_high is not None:
            fixed = line.mg_per_day_low, line.mg_per_day_high
        per_kg = _per_kg_of(line)
        if per_kg is None and fixed is None:
            return None
        low, high = fixed or (0.0, 0.0)
        if per_kg is not None:
            if self._weight_kg is None:
                return None
            low, high = per_kg[0] * self._weight_kg, per_kg[1] * self._weight_kg
            if fixed is not None and max(low, fixed[0]) <= min(high, fixed[1]):
                low, high = max(low, fixed[0]), min(high, fixed[1])
        most = min(
            (
                limit
                for limit in (
                    line.max_mg_per_day,
                    advice.max_mg_per_day,
                    None if line.max_mg_per_dose is None else line.max_mg_per_dose * intakes,
                )
                if limit is not None
            ),
            default=high,
        )
        return min(low, most), min(high, most)

    def _steps(self, chosen: Sequence[tuple[DoseLine, _Intakes]], advice: Advice) -> Iterator[PlannedStep]:
        """Yield the steps of lines: those of one span of days and one rhythm together, each day's intakes in order."""
        together: dict[tuple[int, int | None], list[tuple[DoseLine, _Intakes]]] = {}
        for line, taken in chosen:
            together.setdefault((line.from_day, line.to_day), []).append((line, taken))
        for span in sorted(together, key=lambda it: it[0]):
            yield self._step(together[span], advice)

    def _step(self, taken: Sequence[tuple[DoseLine, _Intakes]], advice: Advice) -> PlannedStep:
        line, first = taken[0]
        doses = tuple(dose for _, intakes in taken for dose in intakes.doses)
        form = first.form if all(it.form == first.form for _, it in taken) else ""
        per_week = line.per_week or (len(line.days_of_week) or None)
        if per_week is None and self._days_per_week not in (None, _EVERY_DAY):
            per_week = self._days_per_week
        days = line.days_of_week or (ON_DAYS_A_WEEK.get(per_week, ()) if per_week else ())
        hours = int(line.every_h) if line.every_h is not None and line.every_h > _DAY_H else None
        after = advice.after_dialysis and self._on_dialysis is True and per_week is not None
        mg = sum(dose.mg for dose in doses)
        most = line.max_mg_per_day if line.max_mg_per_day is not None else advice.max_mg_per_day
        step = DoseStep(
            line.from_day,
            doses,
            form,
            days_of_week=() if after or hours else tuple(days),
            max_mg_per_day=most if most is not None and mg <= most else None,
            every_h=hours,
            after_dialysis=after,
            to_day=line.to_day,
        )
        said = [first.note, line.note, advice.note]
        if advice.after_dialysis and self._on_dialysis is True and not after:
            said.append("on days of dialysis, after it")
        return PlannedStep(
            step,
            self._per_kg(mg),
            prepare="; ".join(dict.fromkeys(it.prepare for _, it in taken if it.prepare)),
            holds_mg=first.holds_mg,
            days_per_week=float(per_week) if per_week else _WEEK * _DAY_H / hours if hours else _WEEK,
            note="; ".join(dict.fromkeys(filter(None, said))),
        )


def _nearest_first(made: Sequence[Made], aim_mg: float, usual_mg: float | None) -> list[Made]:
    """Return amounts in the order in which they are proposed: inside the range the nearest to the aim first.

    Of two neighbours the lower stands first, unless the other is what the source calls usual and no farther from it.
    """
    if any(it.fits for it in made):
        return sorted(made, key=lambda it: abs(it.mg - aim_mg))
    nearest = min((abs(it.mg - aim_mg) for it in made), default=0.0)
    usual = [replace(it, fits=True) for it in made if it.mg == usual_mg and abs(it.mg - aim_mg) <= nearest]
    return [*usual, *(it for it in made if it.mg not in {first.mg for first in usual})]


def _fewest_first(ways: Sequence[Way]) -> list[Way]:
    """Return the source's ways in its order, but of one kind of form and one amount the fewest units first."""
    first = ways[0]
    kind = first.form.split(" ")[0]
    alike = [it for it in ways if it.mg == first.mg and it.units is not None and it.form.split(" ")[0] == kind]
    if first not in alike:
        return list(ways)
    best = min(alike, key=lambda it: it.units or 0.0)
    return [best, *(it for it in ways if it is not best)]


def _per_kg_of(line: DoseLine) -> tuple[float, float] | None:
    """Return the range of a dosing day for each kilogram, mg/kg; an aim alone is a range of one number."""
    if line.mg_per_kg_low is not None and line.mg_per_kg_high is not None:
        return line.mg_per_kg_low, line.mg_per_kg_high
    if line.mg_per_kg is not None:
        return line.mg_per_kg, line.mg_per_kg
    if line.mg_per_kg_per_dose is not None:
        day = line.mg_per_kg_per_dose * len(_times(line))
        return day, day
    return None


def _times(line: DoseLine) -> tuple[str, ...]:
    """Return the times of a dosing day; where the source counts doses and names no time, times of ours."""
    if line.at:
        return (line.at,)
    if line.every_h is not None and line.every_h <= _DAY_H:
        return _at_even_hours(round(_DAY_H / line.every_h))
    return _at_even_hours(round(line.doses_per_day_low or 1.0))


def _at_even_hours(times: int) -> tuple[str, ...]:
    if times <= len(_TWICE):
        return _TWICE[: max(times, 1)]
    return tuple(clock_text(hour) for hour in EVERY_H[round(_DAY_H / times)])


def _preparation(way: Way) -> str:
    """Return how a way is prepared, with the volume that is taken of a liquid."""
    if way.volume_ml is not None and way.in_ml is None:
        taken = f"{way.volume_ml:g} mL of {way.form}"
        return f"{taken}; {way.prepare}" if way.prepare else taken
    if way.volume_ml is None and way.in_ml is None and way.units is not None and strength_of(way.form) is None:
        return way.prepare
    return way.preparation
