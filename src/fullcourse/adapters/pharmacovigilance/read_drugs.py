"""The drugs of a report's input: how each was taken, what came of stopping it, and what a clinician judged."""

from collections.abc import Callable
from datetime import date
from typing import Final

from fullcourse.adapters.pharmacovigilance.report_rows import Reading
from fullcourse.clinical.moment import Moment
from fullcourse.knowledge.tables import Table
from fullcourse.pharmacovigilance.causality import WHO_UMC, Assessment, Challenge
from fullcourse.pharmacovigilance.given import GivenChallenge
from fullcourse.pharmacovigilance.reported_drug import ActionTaken, Dosage, DrugRole, ReportedDrug, Substance

__all__ = ["INTERVALS", "UNITS", "DrugReading"]

UNITS: Final = ("mg", "g", "ug", "mL", "[iU]", "{DF}")
"""Units of a dose; ``{DF}`` counts dosage forms, such as tablets."""

INTERVALS: Final = {
    "minutes": "min", "hours": "h", "days": "d", "weeks": "wk", "months": "mo", "years": "a",
    "as needed": "{asnecessary}", "cyclical": "{cyclical}", "total": "{total}",
}  # fmt: skip
"""The intervals between doses as they are written, with their codes of UCUM."""

Ingredients = Callable[[str], tuple[tuple[str, ...], str]]
"""Returns the ingredients of a product, and the drug of the knowledge that it is; empty where it is none."""


class DrugReading:
    """Reads the drugs of one input."""

    def __init__(self, reading: Reading, ingredients: Ingredients) -> None:
        """Take what reads single values, and what reads a product's name."""
        self._read, self._ingredients = reading, ingredients

    def drug(self, table: Table) -> ReportedDrug:
        """Return a drug; its faults are noted."""
        name = self._read.text(table, "name", required=True, most=250)
        ingredients, inn = self._ingredients(name)
        strength = self._read.number(table, "strength_mg", 0.0, 1e6)
        alone = len(ingredients) == 1
        dosages = [self._dosage(table)]
        for row in table.rows("dosage"):
            inner = table.inner(row)
            dosages.append(self._dosage(inner))
            inner.done("[[drug.dosage]]")
        drug = ReportedDrug(
            name=name,
            role=self._read.word(table, "role", DrugRole),
            inn=inn,
            substances=tuple(
                Substance(it, strength if alone else None, "mg" if alone and strength else "") for it in ingredients
            ),
            manufacturer=self._read.text(table, "manufacturer", most=100),
            ndc=self._read.text(table, "ndc", most=50),
            authorisation=self._read.text(table, "authorisation", most=35),
            authorisation_country=self._read.country(table, "authorisation_country"),
            holder=self._read.text(table, "holder", most=60),
            obtained_in=self._read.country(table, "obtained_in"),
            dosages=tuple(it for it in dosages if it != Dosage()),
            indication=self._read.text(table, "indication", most=250),
            indication_meddra=self._read.meddra(table, "indication_meddra"),
            action=self._read.word(table, "action", ActionTaken),
            action_on=self._read.day(table, "action_on"),
            first_dose=self._read.day(table, "first_dose"),
            last_dose=self._read.day(table, "last_dose"),
            last_dose_before_onset=self._read.day(table, "last_dose_before_onset"),
            cumulative_mg=self._read.number(table, "cumulative_mg", 0.0, 1e9),
            cumulative_is_least=False,
            additional=self._read.texts(table, "additional"),
            comment=self._read.text(table, "comment", most=2000),
        )
        self._read.ordered(table, ("first_dose", drug.first_dose), ("last_dose", drug.last_dose))
        if strength and not alone:
            table.fault(
                "strength_mg stands beside a product of several or unknown ingredients", "Write it in the name."
            )
        table.done("[[drug]]")
        return drug

    def _dosage(self, table: Table) -> Dosage:
        amount = self._read.number(table, "amount", 0.0, 1e6)
        every = self._read.number(table, "every", 0.0, 1000.0)
        interval = table.choice("interval", tuple(INTERVALS), required=False)
        if every is not None and not interval:
            table.fault("every has no interval", 'Write interval = "hours", for example.')
        start, end = self._read.day(table, "start"), self._read.day(table, "end")
        self._read.ordered(table, ("start", start), ("end", end))
        return Dosage(
            amount=amount,
            unit=table.choice("unit", UNITS, required=amount is not None),
            every=every,
            interval=INTERVALS.get(interval, ""),
            start=start,
            end=end,
            goes_on=self._read.answer(table, "goes_on"),
            text=self._read.text(table, "text", most=2000),
            form=self._read.text(table, "form", most=60),
            route=self._read.text(table, "route", most=60),
            batch=self._read.text(table, "batch", most=35),
            expires=self._expiry(table),
        )

    def _expiry(self, table: Table) -> Moment | None:
        """Return an expiry date, which may lie ahead."""
        return Reading(date.max).day(table, "expires")

    def challenge(self, table: Table, names: list[str], words: list[str]) -> GivenChallenge | None:
        """Return what came of stopping and of giving again; None where its drug cannot be told."""
        drug, reaction = self._read.place(table, "drug", names), self._read.place(table, "reaction", words)
        told = Challenge(*(self._read.answer(table, key) for key in ("improved", "given_again", "came_back")))
        if told.given_again is False and told.came_back is not None:
            table.fault("it was not given again, and came_back is answered", "Leave out one of them.")
        if drug is None and len(names) != 1 and not table.has("drug"):
            table.fault("'drug' is missing", "Name the drug as its [[drug]] does.")
        table.done("[[challenge]]")
        place = drug if drug is not None else 0 if len(names) == 1 else None
        return None if place is None else GivenChallenge(place, reaction, told)

    def assessment(self, table: Table, names: list[str], words: list[str]) -> list[Assessment]:
        """Return what somebody judged, for each reaction that it is about."""
        drug, reaction = self._read.place(table, "drug", names), self._read.place(table, "reaction", words)
        by = self._read.text(table, "by", required=True, most=60)
        method = self._read.text(table, "method", required=True, most=60)
        result = self._read.text(table, "result", required=True, most=60)
        if method.upper() == "WHO-UMC" and result and result not in WHO_UMC:
            table.fault(f"'{result}' is no category of WHO-UMC", f"It is one of: {', '.join(WHO_UMC)}.")
        if drug is None and len(names) != 1 and not table.has("drug"):
            table.fault("'drug' is missing", "Name the drug as its [[drug]] does.")
        table.done("[[assessment]]")
        place = drug if drug is not None else 0 if len(names) == 1 else None
        if place is None:
            return []
        places = range(len(words)) if reaction is None else (reaction,)
        return [Assessment(place, it, by, method, result) for it in places]
