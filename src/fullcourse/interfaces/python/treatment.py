"""Check, pairs, regimen, dose and plan: before a treatment, and when it changes."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.python.records import Answer, AnyRecord, day_of, identities, read_record
from fullcourse.journey.check import CheckResult
from fullcourse.journey.check import check as check_record
from fullcourse.journey.dose import DoseAnswer, Doser, DoseRequest
from fullcourse.journey.pairs import PairsAnswer, pairs_of_names
from fullcourse.journey.plan import PlanAnswer, Planner, PlanRequest
from fullcourse.journey.regimen import Composer, RegimenAnswer, RegimenRequest

__all__ = ["check", "dose", "pairs", "plan", "regimen"]


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
    knowledge, day = knowledge_here(), day_of(at)
    proposed = regimen if isinstance(regimen, str) else ",".join(regimen)
    result = check_record(
        read_record(record, answers, day, knowledge),
        knowledge,
        knowledge.profile(profile),
        day,
        identities(drugs, knowledge),
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

    knowledge = knowledge_here()
    proposed = regimen if isinstance(regimen, str) else ",".join(regimen)
    typed = read_names(beside)
    named = (*read_asked(drugs, proposed or None, knowledge), *typed.medicines)
    answer = pairs_of_names(named, typed.not_read, knowledge, knowledge.profile(profile), day_of(at))
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
    knowledge, day = knowledge_here(), day_of(at)
    composer = Composer(knowledge, knowledge.profile(profile))
    answer = composer.compose(read_record(record, answers, day, knowledge), day, request or RegimenRequest())
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
    knowledge, day = knowledge_here(), day_of(at)
    doser = Doser(knowledge, knowledge.profile(profile))
    read = read_record(record, answers, day, knowledge)
    (answer,) = doser.doses(read, day, identities([drug], knowledge), request or DoseRequest())
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
    knowledge, day = knowledge_here(), day_of(at)
    planner = Planner(knowledge, knowledge.profile(profile))
    asked = request or PlanRequest(compose=RegimenRequest(), dose=DoseRequest())
    answer = planner.plan(read_record(record, answers, day, knowledge), day, asked)
    from fullcourse.adapters.published.plan import plan_json

    return Answer(answer, partial(plan_json, answer, knowledge))
