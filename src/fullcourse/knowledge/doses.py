"""The shapes of what sources say about doses: tables by weight and age, limits, and what is on the market.

How the pieces fit together, for whoever makes a dose of them:

- A `DoseTable` is one table of one source, for one drug or for drugs that one combination holds. It leads in its
  `profiles`; elsewhere it is shown beside what leads. It belongs to the regimens and phases that it names (none: any),
  and to one thing that it adjusts for (``kidneys``, ``age``, ...; empty: the usual dose).
- Its `DoseBand` is one row with a test of weight, age and whatever else the table asks (`DoseBand.test` is a statement,
  judged with reasons as every statement is). At most one band of a table holds for a patient; none holds in a gap. A
  band without options is a gap that the source itself declares (`no_dose` says so).
- A band has `DoseOption`, the source's first first, of which one is chosen: 400 mg for two weeks and then 200 mg three
  times a week, or 200 mg for eight weeks and then 100 mg a day.
- An option has `DoseLine`, all of which are taken: one for each drug, span of days or time of day.
- A line has `Way`, the source's first first, of which one is chosen: two dispersible tablets of 100 mg, or one tablet
  of 250 mg. Each has its own amount, since the ways of one band often differ.

A line without ways gives an amount for each kilogram, or a range of milligrams, and no count of units.
A `DoseLimit` is a maximum that blocks where its source leads, or a range for each kilogram that is shown as a conflict.
Amounts are mg, volumes mL, weights kg, days counted from the first day of the drug.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from fullcourse.knowledge.statements import Statement

__all__ = [
    "ADJUSTMENTS",
    "INDICATIONS",
    "LIMITS",
    "DoseBand",
    "DoseLimit",
    "DoseLine",
    "DoseOption",
    "DoseTable",
    "Doses",
    "Product",
    "Way",
]

ADJUSTMENTS: Final = ("kidneys", "dialysis", "liver", "age", "high dose", "start")
"""What a table adjusts the usual dose for; the usual dose itself adjusts for nothing."""

INDICATIONS: Final = ("tuberculosis", "urinary tract infection")
"""Against what a dose is."""

LIMITS: Final = ("maximum", "range")
"""A maximum blocks where its source leads; a range for each kilogram is shown beside a dose outside it."""


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the market that holds one drug or several, beside the forms in the files of the drugs.

    Attributes:
        words: As a person reads it and as tables name it: ``tablet HRZE 75/150/400/275 mg``, ``tablet 400 mg``.
        form: For example ``dispersible tablet``.
        contents: What one unit holds, mg by INN; of a liquid, what one mL holds.
        is_liquid: Whether ``contents`` are for each mL.
        source: Id of the source.
        section: Where in the source.
        file: The file it stands in.
    """

    words: str
    form: str
    contents: tuple[tuple[str, float], ...]
    is_liquid: bool
    source: str
    section: str
    file: str = ""

    @property
    def name(self) -> str:
        """Return what tells it from every other: a combination has words of its own, a single drug's are shared."""
        return self.words if len(self.contents) > 1 else f"{self.contents[0][0]} {self.words}" if self.contents else ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make an intake.

    Attributes:
        mg: The amount of the line's drug, mg; None for a combination, whose amounts are in ``contents``.
        form: Dosage form and strength, one of the drug's or the words of a product; empty where the source names none.
        units: How many of the form; None for a volume, and where the source does not count.
        volume_ml: Volume that is taken, mL, of a liquid or of what was made from solids.
        in_ml: Volume of water (or of the solvent) in which ``dissolved`` units are dispersed, mL.
        dissolved: How many units are dispersed in ``in_ml``, where ``volume_ml`` is taken of it.
        contents: Of a combination, mg of each ingredient by INN.
        prepare: What else the source says of the preparation, for example ``crushed in water``.
        note: What else the source says of this way.
    """

    mg: float | None = None
    form: str = ""
    units: float | None = None
    volume_ml: float | None = None
    in_ml: float | None = None
    dissolved: float = 1.0
    contents: tuple[tuple[str, float], ...] = ()
    prepare: str = ""
    note: str = ""

    @property
    def preparation(self) -> str:
        """Return how it is prepared, in words; empty where it is taken as it is.

        >>> Way(25.0, "capsule 250 mg", volume_ml=1.0, in_ml=10.0).preparation
        '1 mL of 1 capsule 250 mg in 10 mL of water'
        """
        said = f"; {self.prepare}" if self.prepare else ""
        if self.in_ml is None:
            return self.prepare
        if self.volume_ml is None:
            return f"in {self.in_ml:g} mL of water{said}"
        return f"{self.volume_ml:g} mL of {self.dissolved:g} {self.form} in {self.in_ml:g} mL of water{said}"

    def mg_of(self, drug: str, of_line: str) -> float | None:
        """Return the amount of a drug in one intake, mg; None where it holds none or the source does not say.

        Args:
            drug: INN asked for.
            of_line: INN that the line is about; empty for a combination.
        """
        return self.mg if drug == of_line else dict(self.contents).get(drug)


@dataclass(frozen=True, slots=True)
class DoseLine:
    """What is taken of one drug or combination in one span of days, at one rhythm.

    Attributes:
        drug: INN; empty for a combination.
        ways: The ways to make an intake, the source's first first; empty where only an amount by weight is given.
        every_h: Hours between intakes; None where another rhythm is given.
        doses_per_day_low: Intakes a day, a range with ``doses_per_day_high``.
        per_week: Dosing days a week; None for daily.
        days_of_week: Which, where the source says.
        at: ``morning`` or ``evening``, where the intakes of a day differ; empty otherwise.
        from_day: First day of the drug on which the line holds, 1 is the first.
        to_day: Last day; None for the rest of the phase.
        usual_mg: The amount of one intake that the source calls usual, beside what it gives for each kilogram.
        mg_low: Amount of one intake as the source's range, without units: with ``mg_high``.
        mg_per_day_low: Daily amount as the source's range: with ``mg_per_day_high``.
        mg_per_kg_low: Amount of a dosing day for each kilogram, mg/kg, a range with ``mg_per_kg_high``.
        mg_per_kg: The amount for each kilogram that the source aims at, mg/kg a dosing day.
        mg_per_kg_per_dose: The amount of one intake for each kilogram, mg/kg.
        max_mg_per_dose: Highest amount of one intake.
        max_mg_per_day: Highest daily amount.
        note: What the source adds.
    """

    drug: str
    ways: tuple[Way, ...] = ()
    every_h: float | None = None
    doses_per_day_low: float | None = None
    doses_per_day_high: float | None = None
    per_week: int | None = None
    per_week_high: int | None = None
    days_of_week: tuple[str, ...] = ()
    at: str = ""
    from_day: int = 1
    to_day: int | None = None
    usual_mg: float | None = None
    mg_low: float | None = None
    mg_high: float | None = None
    mg_per_day_low: float | None = None
    mg_per_day_high: float | None = None
    mg_per_kg: float | None = None
    mg_per_kg_low: float | None = None
    mg_per_kg_high: float | None = None
    mg_per_kg_per_dose: float | None = None
    max_mg_per_dose: float | None = None
    max_mg_per_day: float | None = None
    note: str = ""

    @property
    def drugs(self) -> tuple[str, ...]:
        """Return the INNs that the line holds."""
        if self.drug:
            return (self.drug,)
        return tuple(dict.fromkeys(name for way in self.ways for name, _ in way.contents))


@dataclass(frozen=True, slots=True)
class DoseOption:
    """One of the doses of a band, of which one is chosen.

    Attributes:
        lines: All of them are taken.
        name: What the source calls it, for example ``high dose``; empty for the first.
    """

    lines: tuple[DoseLine, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class DoseBand:
    """One row of a table.

    Attributes:
        test: All that must hold for the row: the band's ends, its own conditions and those of the table.
        from_kg: Lower end, included unless ``above``; None for none.
        to_kg: Upper end, not included unless ``up_to``; None for none.
        excludes_from: Whether the lower end itself lies outside.
        includes_to: Whether the upper end itself lies inside.
        printed_to_kg: Last whole kilogram that the source prints for the row, where it leaves a gap before the next
            row; a weight between the two is read into this row, a reading of ours. None where there is no gap.
        options: The source's first first; empty where the source declares that it gives no dose.
        no_dose: Why there is none, as the source has it; empty where there is one.
        note: What the source adds for this band.
    """

    test: Statement
    from_kg: float | None
    to_kg: float | None
    excludes_from: bool = False
    includes_to: bool = False
    printed_to_kg: float | None = None
    options: tuple[DoseOption, ...] = ()
    no_dose: str = ""
    note: str = ""

    def holds_kg(self, weight_kg: float) -> bool:
        """Return whether a weight lies in the band, whatever else the row asks."""
        low, high = self.from_kg, self.to_kg
        over = low is None or (weight_kg > low if self.excludes_from else weight_kg >= low)
        return over and (high is None or (weight_kg <= high if self.includes_to else weight_kg < high))


@dataclass(frozen=True, slots=True, eq=False)
class DoseTable:
    """One table of one source. Compared by identity.

    Attributes:
        id: Its name.
        file: The file it stands in.
        point: The matter it is about; tables and statements of several sources on one matter share it.
        drugs: INNs that it is about.
        profiles: Where it leads; empty where it is only shown beside others.
        source: Id of the source.
        section: Where in the source.
        says: The claim, in our own words.
        bands: Its rows.
        regimens: Ids of the regimens that it belongs to; empty for any.
        phases: Names of the phases of these; empty for every phase.
        beside: Optional drugs of these regimens that are taken where it holds: the table for 2HRZ(E) with ethambutol.
        without: Optional drugs of these regimens that are not taken where it holds.
        days_per_week: Dosing days a week of the regimen that it belongs to; empty for any.
        by_lean_weight: Whether the source's weight is the lean one, which is not more than the weight on a scale.
        indication: One of `INDICATIONS`.
        adjusts_for: One of `ADJUSTMENTS`; empty for the usual dose.
        specialist: Whether a specialist decides.
        after_dialysis: Whether it is given after dialysis, on its days.
        level_hours_after_dose: When levels are drawn, h after a dose.
        notes: What a prescriber is told beside it.
        faults: Faults of the source itself that were not followed, by their number and in words.
        patient: The claim in plain words; empty for none.
        covers: Ids of the mission's list.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    file: str
    point: str
    drugs: tuple[str, ...]
    profiles: tuple[str, ...]
    source: str
    section: str
    says: str
    bands: tuple[DoseBand, ...]
    regimens: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    days_per_week: tuple[int, ...] = ()
    by_lean_weight: bool = False
    indication: str = "tuberculosis"
    adjusts_for: str = ""
    specialist: bool = False
    after_dialysis: bool = False
    level_hours_after_dose: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    patient: str = ""
    covers: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"

    @property
    def is_by_weight(self) -> bool:
        """Return whether its bands are of weight."""
        return any(band.from_kg is not None or band.to_kg is not None for band in self.bands)


@dataclass(frozen=True, slots=True, eq=False)
class DoseLimit:
    """What a dose does not pass. Compared by identity.

    Attributes:
        id: Its name.
        file: The file it stands in.
        point: The matter it is about.
        drug: INN.
        kind: One of `LIMITS`.
        profiles: Where its source leads, so that the maximum blocks; elsewhere it is a shown conflict.
        source: Id of the source.
        section: Where in the source.
        says: The claim, in our own words.
        test: For whom, as a statement that is judged with reasons.
        regimens: Ids of the regimens that it belongs to; empty for any.
        days_per_week: Dosing days a week of the regimen that it belongs to; empty for any.
        max_mg_per_day: Highest amount of a dosing day, mg; None for a range.
        mg_per_kg_low: Least of a dosing day for each kilogram, mg/kg; None for a maximum.
        mg_per_kg_high: Most of it.
        covers: Ids of the mission's list.
        interpretation: Our reading; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    file: str
    point: str
    drug: str
    kind: str
    profiles: tuple[str, ...]
    source: str
    section: str
    says: str
    test: Statement
    regimens: tuple[str, ...] = ()
    days_per_week: tuple[int, ...] = ()
    max_mg_per_day: float | None = None
    mg_per_kg_low: float | None = None
    mg_per_kg_high: float | None = None
    covers: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"


@dataclass(frozen=True, slots=True)
class Doses:
    """Everything that sources say about doses, by id, in the order of the files."""

    tables: Mapping[str, DoseTable] = field(default_factory=dict)
    limits: Mapping[str, DoseLimit] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)

    def tables_for(self, drug: str, regimen: str = "") -> Iterator[DoseTable]:
        """Yield the tables about a drug that belong to a regimen, those that name it first, in the order of the files.

        Args:
            drug: INN.
            regimen: Id; empty for a drug that is asked about outside any regimen, which yields every table of it.
        """
        about = [table for table in self.tables.values() if drug in table.drugs]
        if not regimen:
            yield from about
            return
        yield from (table for table in about if regimen in table.regimens)
        yield from (table for table in about if not table.regimens)

    def limits_of(self, drug: str, regimen: str = "") -> Iterator[DoseLimit]:
        """Yield the limits of a drug; with a regimen, those that belong to it or to any."""
        for limit in self.limits.values():
            if limit.drug == drug and (not regimen or not limit.regimens or regimen in limit.regimens):
                yield limit

    def products_of(self, drug: str) -> Iterator[Product]:
        """Yield the products that hold a drug, beside the forms of its own file."""
        yield from (product for product in self.products.values() if drug in dict(product.contents))
