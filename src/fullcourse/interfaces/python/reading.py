"""Ask and leaflet: what the sources say, in words."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Literal

from fullcourse.adapters.documents.numbers import country_code
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.python.records import Answer, AnyRecord, day_of, read_record
from fullcourse.journey.check import check as check_record
from fullcourse.journey.check import proposed_drugs

__all__ = ["ask", "leaflet"]


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

    knowledge, code = knowledge_here(), country_code(country)
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
    language: str = "en",
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
        language: BCP 47 tag of the leaflet: ``en`` or ``es``.
        form: Plain text, or a page.

    Raises:
        InputError: Something cannot be used.
    """
    from fullcourse.adapters.documents.leaflet import make_leaflet
    from fullcourse.adapters.documents.leaflet_language import in_language
    from fullcourse.adapters.documents.leaflet_text import leaflet_text
    from fullcourse.adapters.languages import language_of

    knowledge, day = knowledge_here(), day_of(at)
    taken = () if isinstance(drug, str) else read_regimen(",".join(drug), knowledge)
    drugs, others = proposed_drugs(taken, knowledge)
    if isinstance(drug, str):
        drugs = (knowledge.drug(drug),)
    elif not drugs:
        raise InputError(f"nothing is stated here about {', '.join(drug)}. Give the package leaflet of each.")
    result = None
    if record is not None:
        read = read_record(record, answers, day, knowledge)
        result = check_record(read, knowledge, knowledge.profile(profile), day, () if taken else drugs, taken)
    elif answers is not None:
        raise InputError("answers add to a record; give the record too.")
    made = make_leaflet(knowledge, drugs, country_code(country), result, [other.text for other in others])
    made = in_language(made, language_of(language), knowledge)
    if form == "text":
        return leaflet_text(made)
    from fullcourse.adapters.documents.pages import leaflet_html  # text does not wait for the templates

    return leaflet_html(made)
