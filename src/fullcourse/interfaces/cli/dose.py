"""``fullcourse dose``: how much of a drug, in whole capsules and tablets, for a patient's record."""

from collections.abc import Sequence

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.regimen import guideline_regimen
from fullcourse.adapters.stock import open_stock
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.record_input import open_record
from fullcourse.journey.dose import DoseAnswer, Doser, DoseRequest
from fullcourse.knowledge.library import Knowledge

__all__ = ["dose", "overrides_of"]

_MOST_DAYS = 7


@click.command()
@click.argument("record", metavar="RECORD")
@click.option("--drug", "drugs", multiple=True, required=True, metavar="NAME", help="Which drug; may be repeated.")
@click.option(
    "--regimen",
    default="",
    metavar="NAME",
    help="The regimen that it is part of: its id or name (BPaLM, 2HRZE/4HR), or all of its drugs.",
)
@click.option(
    "--form", "dosage_form", default="", metavar="FORM", help='One dosage form, for example "capsule 250 mg".'
)
@click.option("--forms-in-stock", metavar="FILE", help="TOML file of the forms at hand; no other is used.")
@click.option("--days-per-week", type=click.IntRange(1, _MOST_DAYS), help="Dosing days a week that are asked for.")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us, who or india.")
@click.option("--override", "overrides", multiple=True, metavar="STATEMENT", help="A statement that is set aside.")
@click.option("--reason", "reasons", multiple=True, metavar="TEXT", help="With --override: why; it is recorded.")
@click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@format_option("text", "json", "fhir")
def dose(
    record: str,
    drugs: tuple[str, ...],
    regimen: str,
    dosage_form: str,
    forms_in_stock: str | None,
    days_per_week: int | None,
    profile: str,
    overrides: tuple[str, ...],
    reasons: tuple[str, ...],
    at: str | None,
    answers: str | None,
    form: str,
) -> None:
    """Work out the dose of a drug for a patient's RECORD, with its reasons and what other sources say.

    RECORD is FHIR R4 (a Bundle, one resource, or NDJSON) or a TOML file of facts; - reads standard input. The drug is
    checked first. Every answer is a proposal, to be confirmed by a prescriber.
    """
    day = day_asked(at)
    knowledge = load_knowledge()
    request = DoseRequest(
        regimen=guideline_regimen(regimen, knowledge, profile),
        form=dosage_form,
        in_stock=None if forms_in_stock is None else open_stock(forms_in_stock, knowledge),
        days_per_week=days_per_week,
        overrides=overrides_of(overrides, reasons),
    )
    named = list(dict.fromkeys(knowledge.drug(name).inn for name in drugs))
    doser = Doser(knowledge, knowledge.profile(profile))
    read = open_record(record, answers, day, knowledge)
    _print(doser.doses(read, day, [knowledge.drugs[inn] for inn in named], request), knowledge, form)


def overrides_of(names: Sequence[str], reasons: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return each override with its reason; one reason may stand for all."""
    if not names and reasons:
        raise click.UsageError("--reason says why something is overridden. Give --override STATEMENT too.")
    if len(reasons) == 1:
        reasons = list(reasons) * len(names)
    if len(reasons) != len(names):
        raise InputError(
            "--override asks for a --reason: it is recorded with the answer. Give one for each, or one for all."
        )
    return tuple(zip(names, reasons, strict=True))


def _print(answers: Sequence[DoseAnswer], knowledge: Knowledge, form: str) -> None:
    if form == "text":
        from fullcourse.interfaces.cli.dose_text import print_dose
        from fullcourse.interfaces.cli.terminal import page  # JSON does not wait for it

        for answer in answers:
            print_dose(answer, knowledge, page())
        return
    if form == "fhir":
        from fullcourse.adapters.fhir.write.medication_request import medication_requests

        content: object = medication_requests(answers, knowledge)
    else:
        from fullcourse.adapters.published.dose import dose_json

        documents = [dose_json(answer) for answer in answers]
        content = documents[0] if len(documents) == 1 else documents
    print_json(content)
