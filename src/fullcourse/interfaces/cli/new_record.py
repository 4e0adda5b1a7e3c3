"""``fullcourse new`` and ``fullcourse facts``: a record to fill in, and what may stand in one."""

from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.regimen import drugs_typed
from fullcourse.adapters.record_template import record_template, value_words
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import echo, echo_file, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import write_out
from fullcourse.journey.needed_facts import needed_facts
from fullcourse.knowledge.tables import did_you_mean
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["facts", "new"]

STANDARD_OUTPUT: Final = Path("-")


@click.command("new")
@click.argument("file", metavar="FILE.toml", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--drug", "drugs", multiple=True, metavar="NAME", help="A drug that the record is for; all of them without it."
)
@click.option("--regimen", default="", metavar="NAMES", help="Drugs that the record is for, together (HRZE, BPaLM).")
@click.option("--profile", default="us", show_default=True, help="Which sources lead.")
@click.option("--at", metavar="DATE", help="The day written beside each value; today without it.")
def new(file: Path, drugs: tuple[str, ...], regimen: str, profile: str, at: str | None) -> None:
    """Write a record to fill in: each fact that the drugs need, with its unit and how it is written; - prints it.

    For example: fullcourse new patient.toml --drug cycloserine --drug linezolid
    """
    if file != STANDARD_OUTPUT and file.exists():
        raise InputError(f"{file} is there already, and nothing is written over. Name another file, or remove it.")
    knowledge, day = load_knowledge(), day_asked(at)
    asked = dict.fromkeys(knowledge.drug(name).inn for name in (*drugs, *drugs_typed(regimen, knowledge)))
    named = [knowledge.drugs[inn] for inn in asked] or list(knowledge.drugs.values())
    groups = needed_facts(knowledge, knowledge.profile(profile), named, day)
    written = record_template(groups, [drug.inn for drug in named], day)
    if file == STANDARD_OUTPUT:
        echo_file(written)
        return
    write_out(file, written.encode("utf-8"), "FILE.toml")
    count = sum(map(len, groups))
    echo(f"{file}: {count} facts to fill in. Then: fullcourse check {file} --drug {named[0].inn}")


@click.command("facts")
@click.argument("word", required=False)
@format_option("text", "json")
def facts(word: str | None, form: str) -> None:
    """List the facts that a record may hold, with units and values; WORD narrows them.

    For example: fullcourse facts creatinine
    """
    given = [
        fact for fact in load_knowledge().facts.values() if fact.kind != "given" and (fact.found or not fact.derived)
    ]
    found = [fact for fact in given if word is None or _is_about(fact, word.casefold())]
    if not found:
        raise InputError(f"no fact is about '{word}'. {did_you_mean(str(word), [fact.id for fact in given])}")
    if form == "json":
        rows = [_json(fact) for fact in found]
        print_json({"schema": "fullcourse/facts/1", "facts": rows})
        return
    for fact in found:
        echo(f"{fact.id}: {fact.label}")
        echo(f"    {value_words(fact)}{_validity(fact)}")


def _is_about(fact: FactDefinition, word: str) -> bool:
    return any(word in text.casefold() for text in (fact.id, fact.label, fact.plain, fact.ask_clinician))


def _validity(fact: FactDefinition) -> str:
    return "" if fact.valid_days is None else f"; counts for {fact.valid_days} days"


def _json(fact: FactDefinition) -> dict[str, object]:
    return {
        "id": fact.id,
        "label": fact.label,
        "kind": fact.kind,
        "unit": fact.unit or None,
        "values": list(fact.values),
        "valid_days": fact.valid_days,
        "ask_clinician": fact.ask_clinician,
        "ask_patient": fact.ask_patient,
    }
