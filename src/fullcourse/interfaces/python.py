"""Fullcourse from Python: one function for each command about one person, with the same answer as the command's JSON.

``import fullcourse as fc`` brings these functions; nothing is loaded before one of them is called. Each returns an
`Answer`: what was worked out, as the nouns of this package, and the JSON of the command by `Answer.to_dict`.

A record is FHIR R4 as plain values (a Bundle, or one resource), the bytes or the text of a record in FHIR or TOML, or a
`Path`. Every answer is decision support, to be confirmed by a clinician; no clinician has reviewed its content yet.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Generic, Literal, TypeVar

from fullcourse.adapters.documents.numbers import country_code
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult, proposed_drugs
from fullcourse.journey.check import check as check_record
from fullcourse.journey.dose import DoseAnswer, Doser, DoseRequest
from fullcourse.journey.pairs import PairsAnswer, pairs_of_names
from fullcourse.journey.plan import PlanAnswer, Planner, PlanRequest
from fullcourse.journey.regimen import Composer, RegimenAnswer, RegimenRequest
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["Answer", "ask", "check", "dose", "leaflet", "pairs", "plan", "regimen"]

Noun = TypeVar("Noun")
AnyRecord = Mapping[str, object] | bytes | str | Path


@dataclass(frozen=True, slots=True)
class Answer(Generic[Noun]):
    """What a function answers.

    Attributes:
        value: What was worked out.
        written: Makes the JSON of it; called by `to_dict`.
    """

    value: Noun
    written: Callable[[], dict[str, object]]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON of the command as plain values, with its ``schema``."""
        return self.written()


def check(
    record: AnyRecord,
    *,
    drugs: Sequence[str] = (),
    regimen: str | Sequence[str] = (),
    profile: str = "us",
    at: date | str | None = None,
    answers: AnyRecord | None = None,
) -> Answer[CheckResult]:
    """Say whether a person may take drugs, with reasons and what to ask; as ``fullcourse check``.

    Args:
        record: Of one person.
        drugs: Names of drugs, each looked at for itself; empty for those that the record orders.
        regimen: Drugs proposed together, as names or as one text with commas; instead of `drugs`.
        profile: Which sources lead: ``us``, ``who``, ``india`` or ``msf``.
        at: Date of the check; today, in the place's own time, without it.
        answers: What somebody answered beside the record, in TOML.

    Raises:
        InputError: Something cannot be used; the message says what, why, and what to do.
    """
    if drugs and regimen:
        raise InputError("drugs are asked about one by one, a regimen together. Give one of them.")
    knowledge, day = load_knowledge(), _day(at)
    proposed = regimen if isinstance(regimen, str) else ",".join(regimen)
    result = check_record(
        _read(record, answers, day, knowledge),
        knowledge,
        knowledge.profile(profile),
        day,
        _identities(drugs, knowledge),
        read_regimen(proposed, knowledge) if proposed else (),
    )
    from fullcourse.adapters.published.check import check_json  # who wants the nouns does not wait for JSON

    return Answer(result, partial(check_json, result))


def pairs(
    drugs: Sequence[str] = (),
    beside: Sequence[str] = (),
    *,
    regimen: str | Sequence[str] = (),
    profile: str = "us",
    at: date | str | None = None,
) -> Answer[PairsAnswer]:
    """Say what the sources say of names beside one another, of no patient; as ``fullcourse check --with``.

    A name of `beside` that is not read raises nothing, since what is known of the others must not be lost: it stands
    in ``value.not_read``, and among ``value.pairs`` beside each drug with the state ``not_read``.

    Args:
        drugs: Names of drugs against tuberculosis.
        beside: Names of medicines, as clinics write them.
        regimen: Drugs proposed together, as names or as one text; beside `drugs`.
        profile: Which sources lead.
        at: Date of the question; today without it.

    Raises:
        InputError: A name of `drugs` or of `regimen` is that of no covered drug, or there are too many names.
    """
    from fullcourse.adapters.medicines.typed import read_asked, read_names
    from fullcourse.adapters.published.pairs import pairs_json

    knowledge = load_knowledge()
    proposed = regimen if isinstance(regimen, str) else ",".join(regimen)
    typed = read_names(beside)
    named = (*read_asked(drugs, proposed or None, knowledge), *typed.medicines)
    answer = pairs_of_names(named, typed.not_read, knowledge, knowledge.profile(profile), _day(at))
    return Answer(answer, partial(pairs_json, answer))


def regimen(
    record: AnyRecord,
    *,
    profile: str = "us",
    at: date | str | None = None,
    answers: AnyRecord | None = None,
    request: RegimenRequest | None = None,
) -> Answer[RegimenAnswer]:
    """Compose regimens for a person, best first; as ``fullcourse regimen``.

    Args:
        record: Of one person.
        profile: Which sources lead.
        at: Date of the question; today without it.
        answers: What somebody answered beside the record, in TOML.
        request: First day, what is known of resistance, what to replace, stock.

    Raises:
        InputError: Something cannot be used.
    """
    knowledge, day = load_knowledge(), _day(at)
    composer = Composer(knowledge, knowledge.profile(profile))
    answer = composer.compose(_read(record, answers, day, knowledge), day, request or RegimenRequest())
    from fullcourse.adapters.published.regimen import regimen_json

    return Answer(answer, partial(regimen_json, answer, knowledge))


def dose(
    record: AnyRecord,
    drug: str,
    *,
    profile: str = "us",
    at: date | str | None = None,
    answers: AnyRecord | None = None,
    request: DoseRequest | None = None,
) -> Answer[DoseAnswer]:
    """Work out the dose of one drug for a person; as ``fullcourse dose``.

    Args:
        record: Of one person.
        drug: Its name.
        profile: Which sources lead.
        at: Date of the question; today without it.
        answers: What somebody answered beside the record, in TOML.
        request: Regimen, dosage form, stock, days a week, overrides.

    Raises:
        InputError: Something cannot be used.
    """
    knowledge, day = load_knowledge(), _day(at)
    doser = Doser(knowledge, knowledge.profile(profile))
    read = _read(record, answers, day, knowledge)
    (answer,) = doser.doses(read, day, _identities([drug], knowledge), request or DoseRequest())
    from fullcourse.adapters.published.dose import dose_json

    return Answer(answer, partial(dose_json, answer))


def plan(
    record: AnyRecord,
    *,
    profile: str = "us",
    at: date | str | None = None,
    answers: AnyRecord | None = None,
    request: PlanRequest | None = None,
) -> Answer[PlanAnswer]:
    """Plan a treatment: regimen, doses and tests in one answer; as ``fullcourse plan``.

    Args:
        record: Of one person.
        profile: Which sources lead.
        at: Date of the question; today without it.
        answers: What somebody answered beside the record, in TOML.
        request: As of `regimen` and `dose`, and the regimen that is asked for.

    Raises:
        InputError: Something cannot be used.
    """
    knowledge, day = load_knowledge(), _day(at)
    planner = Planner(knowledge, knowledge.profile(profile))
    asked = request or PlanRequest(compose=RegimenRequest(), dose=DoseRequest())
    answer = planner.plan(_read(record, answers, day, knowledge), day, asked)
    from fullcourse.adapters.published.plan import plan_json

    return Answer(answer, partial(plan_json, answer, knowledge))


def ask(question: str, *, drug: str | None = None, country: str | None = None) -> Answer[Sequence[str]]:
    """Answer a free question from the sources alone, each answer cited; as ``fullcourse ask``.

    Args:
        question: In English or Spanish.
        drug: The drug it is about; the one that the question names without it.
        country: Two letters, for numbers to call where a source gives them.

    Returns:
        The texts of the answers, what is an emergency first; `Answer.to_dict` has their sources.

    Raises:
        InputError: The drug or the country is not known.
    """
    from fullcourse.adapters.published.reply import reply_json
    from fullcourse.adapters.search.numbers_to_call import numbers_to_call
    from fullcourse.adapters.search.questions import Questions

    knowledge, code = load_knowledge(), country_code(country)
    questions = Questions(knowledge)
    reply = questions.answer(question, questions.drug(drug) if drug is not None else None)
    numbers = numbers_to_call(reply, knowledge, code)
    texts = dict.fromkeys(it.text for it in (*reply.emergencies, *reply.today, *reply.answers))
    return Answer(tuple(texts), partial(reply_json, reply, numbers, AnswerHead(knowledge.digest)))


def leaflet(
    drug: str | Sequence[str],
    record: AnyRecord | None = None,
    *,
    profile: str = "us",
    at: date | str | None = None,
    answers: AnyRecord | None = None,
    country: str | None = None,
    form: Literal["text", "html"] = "text",
) -> str:
    """Return a leaflet about a drug in plain words, for one person where a record is given; as ``fullcourse leaflet``.

    Args:
        drug: Its name; or the names of drugs that are taken together, for one leaflet on all of them.
        record: Of one person; None for a leaflet for everybody.
        profile: Which sources lead.
        at: Date of the check; today without it.
        answers: What somebody answered beside the record, in TOML.
        country: Two letters, for numbers to call where a source gives them.
        form: Plain text, or a page.

    Raises:
        InputError: Something cannot be used.
    """
    from fullcourse.adapters.documents.leaflet import make_leaflet
    from fullcourse.adapters.documents.leaflet_text import leaflet_text

    knowledge, day = load_knowledge(), _day(at)
    taken = () if isinstance(drug, str) else read_regimen(",".join(drug), knowledge)
    drugs, others = proposed_drugs(taken, knowledge)
    if isinstance(drug, str):
        drugs = (knowledge.drug(drug),)
    elif not drugs:
        raise InputError(f"nothing is stated here about {', '.join(drug)}. Give the package leaflet of each.")
    result = None
    if record is not None:
        read = _read(record, answers, day, knowledge)
        result = check_record(read, knowledge, knowledge.profile(profile), day, () if taken else drugs, taken)
    elif answers is not None:
        raise InputError("answers add to a record; give the record too.")
    made = make_leaflet(knowledge, drugs, country_code(country), result, [other.text for other in others])
    if form == "text":
        return leaflet_text(made)
    from fullcourse.adapters.documents.pages import leaflet_html  # text does not wait for the templates

    return leaflet_html(made)


def _identities(names: Sequence[str], knowledge: Knowledge) -> list[DrugIdentity]:
    """Return drugs by their names, each once."""
    return [knowledge.drugs[inn] for inn in dict.fromkeys(knowledge.drug(name).inn for name in names)]


def _day(at: date | str | None) -> date:
    if at is None:
        return datetime.now(UTC).astimezone().date()
    return at if isinstance(at, date) else parse_day(at, "at")


def _read(record: AnyRecord, answers: AnyRecord | None, day: date, knowledge: Knowledge) -> Record:
    reader = RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
    read = reader.open(str(record), day) if isinstance(record, Path) else reader.read(_bytes(record), day)
    if answers is None:
        return read
    beside = reader.answers(str(answers)) if isinstance(answers, Path) else reader.read_answers(_bytes(answers))
    return read.plus(beside)


def _bytes(record: Mapping[str, object] | bytes | str) -> bytes:
    if isinstance(record, bytes):
        return record
    return (record if isinstance(record, str) else json.dumps(record)).encode("utf-8")
