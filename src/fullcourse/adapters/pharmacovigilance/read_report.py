"""Reads what a person writes for a report of an adverse event: TOML, strictly, all faults at once.

It holds what no record holds: who reports, what was noticed in whose words, how serious it was, which drug is
suspected. What nobody wrote stays unknown. A term of MedDRA is taken as it is given, and never looked up.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Final, TypeVar

from fullcourse.adapters.medicines.recognising import Recognise
from fullcourse.adapters.pharmacovigilance.read_drugs import DrugReading
from fullcourse.adapters.pharmacovigilance.report_rows import Reading
from fullcourse.adapters.triage.own_words import understood
from fullcourse.adapters.triage.questions import TriageQuestions
from fullcourse.clinical.errors import Fault, InputError
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import Table
from fullcourse.pharmacovigilance.case_report import NARRATIVE_KEPT, AdverseEventReport, ReportKind
from fullcourse.pharmacovigilance.given import GivenReport
from fullcourse.pharmacovigilance.patient import (
    AGE_GROUPS,
    Death,
    HistoryEntry,
    Measured,
    ReportedPatient,
    ReportedTest,
)
from fullcourse.pharmacovigilance.people import Qualification, Reporter, Sender, SenderType
from fullcourse.pharmacovigilance.reaction import Outcome, Reaction, Seriousness

__all__ = ["ReportReader"]

_AGES: Final = {
    "age_years": ("a", 125.0),
    "age_months": ("mo", 1500.0),
    "age_weeks": ("wk", 200.0),
    "age_days": ("d", 1000.0),
}
_TABLES: Final = (
    "narrative", "report", "reporter", "sender", "patient", "history", "test", "reaction", "drug", "challenge",
    "assessment",
)  # fmt: skip
_AT: Final = re.compile(r"\(at [^()]*\)$")
_Word = TypeVar("_Word", bound=Enum)


class ReportReader:
    """Reads inputs with one knowledge."""

    def __init__(self, knowledge: Knowledge, asked: TriageQuestions, recognise: Recognise) -> None:
        """Prepare the reader.

        Args:
            knowledge: Says which drugs and symptoms are known, and what a weight can be.
            asked: Holds the words for symptoms.
            recognise: Reads a product's name into ingredients.
        """
        self._knowledge, self._asked, self._recognise = knowledge, asked, recognise

    def read(self, data: str, at: date) -> GivenReport:
        """Return what an input says.

        Args:
            data: The text of the file.
            at: The day of the report.

        Raises:
            InputError: With every fault, where it stands and how it is mended.
        """
        try:
            tables = tomllib.loads(data)
        except tomllib.TOMLDecodeError as error:
            where = place.group() if (place := _AT.search(str(error))) else ""
            raise InputError(f"the input of the report is no TOML {where}. Correct that line.") from None
        except RecursionError:
            raise InputError(
                "the input of the report is nested too deep. Begin with 'fullcourse report --new'."
            ) from None
        faults: list[Fault] = []
        given = _Input(self, Reading(at), faults).read(tables)
        if faults:
            lines = "\n  ".join(f"{it.where}: {it.what}. {it.mend}" for it in faults)
            count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
            raise InputError(f"the input of the report has {count}; nothing was reported:\n  {lines}")
        return given

    def symptom(self, words: str, named: str, table: Table) -> str:
        """Return the fact that a reaction is: as it is named, else the one symptom that its words are, exactly."""
        if named:
            try:
                return self._asked.fact(named)
            except InputError as error:
                table.fault(str(error).removesuffix("."), "Correct it, or leave it out.")
                return ""
        read = understood(words, self._asked)
        return read.symptoms[0][0] if len(read.symptoms) == 1 and not read.unread else ""

    def limits(self, fact: str) -> tuple[float, float]:
        """Return between which numbers a fact can lie."""
        return self._knowledge.facts[fact].plausible or (0.0, float("inf"))

    def ingredients(self, name: str) -> tuple[tuple[str, ...], str]:
        """Return the ingredients of a product, and the drug of the knowledge that it is, where it is just one."""
        ingredients = self._recognise(name, ()).ingredients
        inn = ingredients[0] if len(ingredients) == 1 and ingredients[0] in self._knowledge.drugs else ""
        return ingredients, inn


class _Input:
    """Reads one input."""

    def __init__(self, reader: ReportReader, reading: Reading, faults: list[Fault]) -> None:
        self._reader, self._read, self._faults = reader, reading, faults

    def read(self, tables: Mapping[str, object]) -> GivenReport:
        top = self._table(tables, "the file")
        narrative = self._read.text(top, "narrative", most=NARRATIVE_KEPT)
        head = self._table(tables.get("report", {}), "[report]")
        reactions = tuple(self._reaction(it) for it in self._rows(tables, "reaction") if not _is_blank(it, "words"))
        of_drugs = DrugReading(self._read, self._reader.ingredients)
        drugs = [of_drugs.drug(it) for it in self._rows(tables, "drug") if not _is_blank(it, "name", "role")]
        names, words = [drug.name for drug in drugs], [reaction.words for reaction in reactions]
        challenges = [of_drugs.challenge(it, names, words) for it in self._rows(tables, "challenge")]
        assessments = [of_drugs.assessment(it, names, words) for it in self._rows(tables, "assessment")]
        report = AdverseEventReport(
            reactions=reactions,
            drugs=tuple(drugs),
            patient=self._patient(tables),
            reporters=tuple(self._reporter(it) for it in self._rows(tables, "reporter")),
            sender=self._sender(self._table(tables.get("sender", {}), "[sender]")),
            id=self._read.text(head, "id", most=100),
            kind=self._read.word(head, "kind", ReportKind),
            first_received=self._read.day(head, "first_received"),
            most_recent=self._read.day(head, "most_recent"),
            narrative=narrative,
            reporter_comments=self._read.text(head, "reporter_comments"),
            sender_comments=self._read.text(head, "sender_comments"),
            assessments=tuple(it for listed in assessments for it in listed),
            expedited=self._read.answer(head, "expedited"),
            worldwide_id=self._read.text(head, "worldwide_id", most=100),
            other_ids=tuple(self._other_ids(head)),
            first_sender_is_regulator=self._read.answer(head, "first_sender_is_regulator"),
            has_documents=self._read.answer(head, "has_documents"),
            documents=self._read.texts(head, "documents"),
            product_available=self._read.answer(head, "product_available"),
            product_picture=self._read.answer(head, "product_picture"),
        )
        concomitant = self._read.answer(head, "all_other_drugs_concomitant") is True
        self._read.ordered(head, ("first_received", report.first_received), ("most_recent", report.most_recent))
        head.done("[report]")
        for key in _TABLES:
            top.raw(key)
        top.done()
        return GivenReport(report, tuple(it for it in challenges if it is not None), concomitant)

    def _table(self, row: object, where: str) -> Table:
        return Table(row, "", where, self._faults)

    def _rows(self, tables: Mapping[str, object], key: str) -> Iterator[Table]:
        """Yield the tables of a list; one table alone is a list of one."""
        value = tables.get(key, [])
        for number, row in enumerate(value if isinstance(value, list) else [value], 1):
            yield self._table(row, f"[[{key}]] number {number}" if isinstance(value, list) else f"[{key}]")

    def _other_ids(self, head: Table) -> Iterator[tuple[str, str]]:
        for row in head.rows("other_ids"):
            inner = head.inner(row)
            yield (
                self._read.text(inner, "of", required=True, most=100),
                self._read.text(inner, "id", required=True, most=100),
            )
            inner.done("other_ids")

    def _reporter(self, table: Table) -> Reporter:
        reporter = Reporter(
            self._read.contact(table),
            self._read.word(table, "qualification", Qualification),
            self._read.text(table, "occupation", most=100),
            self._read.texts(table, "also_reported_to"),
            self._read.answer(table, "withhold_identity"),
        )
        table.done("[reporter]")
        return reporter

    def _sender(self, table: Table) -> Sender:
        sender = Sender(self._read.contact(table), self._read.word(table, "type", SenderType))
        table.done("[sender]")
        return sender

    def _patient(self, tables: Mapping[str, object]) -> ReportedPatient:
        table = self._table(tables.get("patient", {}), "[patient]")
        ages = [
            Measured(exactly(value), unit)
            for key, (unit, most) in _AGES.items()
            if (value := self._read.number(table, key, 0.0, most)) is not None
        ]
        if len(ages) > 1:
            table.fault("the age stands twice", "Give one of age_years, age_months, age_weeks and age_days.")
        history = tuple(self._history(it) for it in self._rows(tables, "history"))
        text, no_history = self._read.text(table, "history_text"), self._read.answer(table, "no_history") is True
        if no_history and (history or text):
            table.fault("no_history is true, and a history is given", "Keep one of them.")
        patient = ReportedPatient(
            initials=self._read.text(table, "initials", most=60),
            record_number=self._read.text(table, "record_number", most=60),
            birth_date=self._read.day(table, "birth_date"),
            age=ages[0] if ages else None,
            age_group=table.choice("age_group", AGE_GROUPS, required=False),
            sex=table.choice("sex", ("female", "male"), required=False),
            weight=self._read.measured(table, "weight_kg", "kg", self._reader.limits("weight"), "weight_on"),
            height=self._read.measured(table, "height_cm", "cm", self._reader.limits("height"), "height_on"),
            pregnant=self._read.answer(table, "pregnant"),
            last_menstrual_period=self._read.day(table, "last_menstrual_period"),
            ethnicity=self._read.text(table, "ethnicity", most=100),
            race=self._read.texts(table, "race"),
            history=history,
            history_text=text,
            no_history=no_history,
            tests=tuple(self._test(it) for it in self._rows(tables, "test")),
            death=self._death(table),
            gestation=self._read.measured(table, "gestation_weeks", "wk", (0.0, 45.0)),
        )
        table.done("[patient]")
        return patient

    def _death(self, table: Table) -> Death | None:
        death = Death(
            self._read.day(table, "died_on"),
            self._read.texts(table, "causes_of_death"),
            self._read.answer(table, "autopsy"),
            self._read.texts(table, "autopsy_causes"),
        )
        return None if death == Death() else death

    def _history(self, table: Table) -> HistoryEntry:
        since, until = self._read.day(table, "since"), self._read.day(table, "until")
        self._read.ordered(table, ("since", since), ("until", until))
        entry = HistoryEntry(
            self._read.text(table, "words", required=True, most=250),
            self._read.answer(table, "continuing"),
            since,
            until,
            self._read.text(table, "comment", most=2000),
            self._read.meddra(table),
        )
        table.done("[[history]]")
        return entry

    def _test(self, table: Table) -> ReportedTest:
        value = self._read.number(table, "value", float("-inf"), float("inf"))
        words = self._read.text(table, "words", most=2000)
        if (value is None) == (not words):
            table.fault("it has a value and words, or neither", "Give value and unit, or words.")
        test = ReportedTest(
            self._read.text(table, "name", required=True, most=250),
            None if value is None else exactly(value),
            self._read.text(table, "unit", required=value is not None, most=50),
            words,
            self._read.day(table, "on"),
            self._read.text(table, "low", most=50),
            self._read.text(table, "high", most=50),
            self._read.text(table, "comment", most=2000),
        )
        table.done("[[test]]")
        return test

    def _reaction(self, table: Table) -> Reaction:
        words = self._read.text(table, "words", required=True, most=250)
        start, end = self._read.day(table, "start"), self._read.day(table, "end")
        self._read.ordered(table, ("start", start), ("end", end))
        seriousness = Seriousness(*(self._read.answer(table, name) for name, _ in Seriousness().answers()))
        reaction = Reaction(
            words,
            self._read.text(table, "language", most=3),
            self._read.text(table, "translation", most=250),
            self._reader.symptom(words, table.text("symptom", required=False), table),
            self._read.meddra(table),
            start,
            end,
            self._read.word(table, "outcome", Outcome),
            seriousness,
            self._read.answer(table, "highlighted"),
            self._read.answer(table, "medically_confirmed"),
            self._read.country(table),
        )
        if reaction.outcome is Outcome.FATAL and seriousness.death is False:
            table.fault("the outcome is fatal, and death is false", "Correct one of them.")
        table.done("[[reaction]]")
        return reaction


def _is_blank(table: Table, *keys: str) -> bool:
    """Return whether a table is as the template has it: nobody has written anything into it yet."""
    return set(table.names) <= set(keys) and table.raw(keys[0]) == ""
