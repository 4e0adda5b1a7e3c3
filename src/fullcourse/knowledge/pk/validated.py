"""Which figures of its own paper each model reproduces, and why a model has none: ``pk_models/validated.toml``.

A figure says all that is needed to simulate it again: the plan, the people, what is measured and how near it must
come. A model is in the table once: with figures, or with the reason that none could be read.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.pk.modelled_drugs import FOLDER
from fullcourse.knowledge.tables import Table

__all__ = ["PublishedFigure", "Validation", "read_validations"]

FILE = "validated.toml"
MEASURES = ("auc24", "peak", "trough", "level", "percent_above")
STATISTICS = ("typical", "median", "mean", "share")

Spread = float | tuple[str, tuple[float, ...]]
"""A number that everybody has, or the name of a distribution with its numbers."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One figure of a paper, and how it is simulated.

    Attributes:
        model: Id of the model.
        what: In words.
        at: Table or figure of the paper.
        published: The number that the paper prints, in ``unit`` (per cent for a share).
        plan: Dose plan; with ``mg_per_kg`` or ``doses_mg`` the plan is of 1 mg and each person's levels are multiplied.
        day: Whose 24 hours are looked at; 0 is steady state.
        measure: What of each person's levels: one of ``MEASURES``.
        statistic: Of everybody; ``typical`` is one person without random effects.
        at_h: Hours after the first dose of the day, where ``measure`` is a level.
        least: Value from which a person counts, where ``statistic`` is a share.
        above_mg_per_l: Level whose share of the time is asked, mg/L.
        people: Covariates.
        against: Covariates of whom the figure is compared with: the figure is then a ratio, theirs below.
        correlation: Of the first two normal covariates.
        occasions: Whether people differ from occasion to occasion.
        mg_per_kg: Dose by weight; 0 for none.
        doses_mg: Dose in mg of people below each weight in kg, ascending.
        infused_over_h: Hours over which each dose runs in; 0 for a dose by mouth.
        within: How near it must come: a share of the published number, or points of a per cent where ``points``.
        because: Why so near and no nearer.
    """

    model: str
    what: str
    at: str
    published: float
    unit: str
    plan: str
    day: int
    measure: str
    statistic: str
    at_h: float
    least: float
    above_mg_per_l: float
    people: Mapping[str, Spread]
    against: Mapping[str, Spread]
    correlation: float
    occasions: bool
    mg_per_kg: float
    doses_mg: tuple[tuple[float, float], ...]
    infused_over_h: float
    within: float
    points: bool
    because: str

    @property
    def nearness(self) -> str:
        """How near it must come, in words."""
        return f"{self.within:g} points" if self.points else f"{100.0 * self.within:g} per cent"

    def holds(self, found: float) -> bool:
        """Return whether a simulated number is near enough to the published one."""
        return abs(found - self.published) <= self.within * (1.0 if self.points else abs(self.published))


@dataclass(frozen=True, slots=True)
class Validation:
    """What is known of one model's agreement with its paper: figures, or why there are none."""

    figures: tuple[PublishedFigure, ...] = ()
    why_not: str = ""

    @property
    def line(self) -> str:
        """One line for a list of models."""
        if not self.figures:
            return f"no figure of its paper is reproduced: {self.why_not}"
        first, more = self.figures[0], len(self.figures) - 1
        said = f"reproduces {first.at}: {first.what}, {first.published:g} {first.unit} within {first.nearness}"
        return said + (f"; {more} more" if more else "")


def read_validations(models: Iterable[str]) -> dict[str, Validation]:
    """Read what is known of every model.

    Args:
        models: Ids of the models that ship.

    Returns:
        Every id with its validation, in the order given.

    Raises:
        KnowledgeError: With every fault of the file; a model without an entry, or with both kinds, is one.
    """
    faults: list[Fault] = []
    table = Table(tomllib.loads((FOLDER / FILE).read_text("utf-8")), f"pk_models/{FILE}", "", faults)
    table.text("read_from")
    figures = [_figure(Table(row, table.file, f"figure {n}", faults)) for n, row in enumerate(table.rows("figure"), 1)]
    reasons: dict[str, str] = {}
    for number, row in enumerate(table.rows("not_reproduced"), 1):
        reason = Table(row, table.file, f"not_reproduced {number}", faults)
        reasons[reason.text("model")] = reason.text("because")
        reason.done()
    table.done()
    known = tuple(models)
    found = {
        name: Validation(tuple(row for row in figures if row.model == name), reasons.get(name, "")) for name in known
    }
    for name, validation in found.items():
        if bool(validation.figures) == bool(validation.why_not):
            faults.append(
                Fault(
                    table.file,
                    name,
                    "the model has no figure and no reason, or both",
                    "Give figures, or a reason why not.",
                )
            )
    for name in sorted({row.model for row in figures} | set(reasons)):
        if name not in known:
            faults.append(Fault(table.file, name, "no such model ships", "Correct the id."))
    if faults:
        raise KnowledgeError(faults)
    return found


def _figure(row: Table) -> PublishedFigure:
    percent, points = row.number("within_percent"), row.number("within_points")
    if (percent is None) == (points is None):
        row.fault("'within_percent' or 'within_points' is needed, and one of them", "Say how near it must come.")
    measure, statistic, published = row.text("measure"), row.text("statistic"), row.number("published")
    for word, known in ((measure, MEASURES), (statistic, STATISTICS)):
        if word not in known:
            row.fault(f"'{word}' is not known", f"It is one of {', '.join(known)}.")
    if published is None:
        row.fault("'published' is missing", "Add the number that the paper prints.")
    bands = row.raw("doses_mg") or []
    result = PublishedFigure(
        model=row.text("model"),
        what=row.text("what"),
        at=row.text("at"),
        published=published or 0.0,
        unit=row.text("unit"),
        plan=row.text("plan"),
        day=row.whole("day") or 0,
        measure=measure,
        statistic=statistic,
        at_h=row.number("at_h") or 0.0,
        least=row.number("least") or 0.0,
        above_mg_per_l=row.number("above_mg_per_l") or 0.0,
        people=_people(row, "people"),
        against=_people(row, "against"),
        correlation=row.number("correlation") or 0.0,
        occasions=bool(row.raw("occasions")),
        mg_per_kg=row.number("mg_per_kg") or 0.0,
        doses_mg=tuple((float(below), float(mg)) for below, mg in bands) if isinstance(bands, list) else (),
        infused_over_h=row.number("infused_over_h") or 0.0,
        within=percent / 100.0 if percent is not None else points or 0.0,
        points=points is not None,
        because=row.text("because"),
    )
    row.done()
    return result


def _people(row: Table, key: str) -> dict[str, Spread]:
    found = row.raw(key)
    result: dict[str, Spread] = {}
    for name, value in (found if isinstance(found, Mapping) else {}).items():
        if isinstance(value, list) and value and isinstance(value[0], str):
            result[name] = (value[0], tuple(float(number) for number in value[1:]))
        elif isinstance(value, int | float):
            result[name] = float(value)
        else:
            row.fault(
                f"'{key}.{name}' is neither a number nor a distribution", 'Write 55, or ["normal", 58, 12, 35, 110].'
            )
    return result
