"""``fullcourse check``: a patient's record against a drug, with reasons."""

from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.input_file import STANDARD_INPUT
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.finding import Severity, Status
from fullcourse.clinical.patient import Medicine, Record
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.exit_codes import REACHED
from fullcourse.journey.check import CheckResult
from fullcourse.journey.check import check as check_record
from fullcourse.knowledge.library import Knowledge

__all__ = ["check"]

_SEVERITIES: Final = tuple(severity.word for severity in reversed(Severity))


@click.command()
@click.argument("records", nargs=-1, metavar="[RECORD]")
@click.option("--drug", "drugs", multiple=True, metavar="NAME", help="Drug to check; without it, the TB drugs ordered.")
@click.option(
    "--with",
    "beside",
    multiple=True,
    metavar="NAMES",
    help="Without a RECORD: medicines to look at beside the drugs, by their names alone; of no patient.",
)
@click.option(
    "--regimen",
    metavar="NAMES",
    help="Drugs proposed together, as NAME,NAME, 2HRZE or BPaLM: each is checked beside the others, then all together.",
)
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us or who.")
@click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@click.option("--ask", is_flag=True, help="Ask the open questions here, most decisive first.")
@click.option("--save", metavar="FILE", help="With --ask: keep the answers in a new TOML file, for --answers.")
@click.option("--brief", is_flag=True, help="The verdict alone: one line a drug, and what was not read.")
@click.option("--full", is_flag=True, help="Every detail: ids, how sources were read, all that is not known.")
@click.option("--explain", metavar="STATEMENT", help="One statement alone: what it came to here, and its source.")
@format_option("text", "json")
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    help="Exit with 1 when a finding that applies is at least so severe.",
)
@click.pass_context
def check(
    context: click.Context,
    records: tuple[str, ...],
    drugs: tuple[str, ...],
    beside: tuple[str, ...],
    regimen: str | None,
    profile: str,
    at: str | None,
    answers: str | None,
    ask: bool,
    save: str | None,
    brief: bool,
    full: bool,
    explain: str | None,
    form: str,
    fail_on: str | None,
) -> None:
    """Check a patient's RECORD against a drug, with reasons and what to ask first.

    RECORD is FHIR R4 (a Bundle, one resource, or NDJSON) or a TOML file of facts; - reads standard input. Without a
    RECORD, names are looked at beside one another, of nobody in particular: --drug rifampin --with apixaban,metformin.
    """
    if save and not ask:
        raise click.UsageError("--save keeps the answers of --ask; give --ask too.")
    if drugs and regimen is not None:
        raise click.UsageError("--drug asks about drugs one by one, --regimen about drugs together. Give one of them.")
    if beside or not records:
        context.exit(_of_names(records, drugs, beside, regimen, profile, at, (answers, ask), form, fail_on))
    if len(records) > 1:
        raise click.UsageError("check reads one RECORD. Names with spaces belong into quotation marks.")
    (record,) = records
    if ask and record == STANDARD_INPUT:
        raise click.UsageError("--ask needs the terminal, which the record is read from. Give the record as a file.")
    if sum((brief, full, explain is not None, form == "json")) > 1:
        raise click.UsageError("--brief, --full, --explain and --format json are four answers. Give one of them.")
    day = day_asked(at)
    knowledge = load_knowledge()
    chosen = knowledge.profile(profile)
    identities = tuple(dict.fromkeys(knowledge.drug(name).inn for name in drugs))
    proposed: tuple[Medicine, ...] = ()
    if regimen is not None:
        from fullcourse.adapters.medicines.regimen import read_regimen  # drugs one by one do not wait for it

        proposed = read_regimen(regimen, knowledge)
    reader = RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
    read = reader.open(record, day)
    if answers is not None:
        read = read.plus(reader.answers(answers))

    def run(now_known: Record) -> CheckResult:
        return check_record(now_known, knowledge, chosen, day, [knowledge.drugs[inn] for inn in identities], proposed)

    result = run(read)
    if ask:
        from fullcourse.interfaces.cli.ask import ask_all  # only --ask needs the prompts

        result = ask_all(result, read, run, reader, knowledge, Path(save) if save else None)
    _print(result, knowledge, form, "brief" if brief else "full" if full else "", explain)
    if fail_on is not None and _reached(result, Severity.of(fail_on)):
        context.exit(REACHED)


def _of_names(
    words: tuple[str, ...],
    drugs: tuple[str, ...],
    beside: tuple[str, ...],
    regimen: str | None,
    profile: str,
    at: str | None,
    of_a_record: tuple[str | None, bool],
    form: str,
    fail_on: str | None,
) -> int:
    if any(of_a_record):
        raise click.UsageError("--answers and --ask belong to a RECORD. Give it, or leave them out.")
    if not beside and regimen is None and len(drugs) < 2 and not any("," in name for name in drugs):
        raise click.UsageError(
            "check needs a RECORD; or, without one, names to look at beside each other: --drug NAME --with NAME,NAME."
        )
    from fullcourse.interfaces.cli.pairs import names_alone  # a check of a record does not wait for it

    return names_alone(drugs, regimen, beside, words, profile, day_asked(at), form, fail_on)


def _print(result: CheckResult, knowledge: Knowledge, form: str, how: str, explain: str | None) -> None:
    if form == "json":
        from fullcourse.adapters.published.check import check_json  # text does not wait for it

        print_json(check_json(result))
        return
    from fullcourse.interfaces.cli.terminal import page  # nor JSON for this

    if explain is not None:
        from fullcourse.interfaces.cli.explain_text import explained, print_explained

        print_explained(result, explained(result, explain), knowledge, page())
        return
    from fullcourse.interfaces.cli.check_text import print_brief, print_check

    if how == "brief":
        print_brief(result, knowledge, page())
    else:
        print_check(result, knowledge, page(), full=how == "full")


def _reached(result: CheckResult, severity: Severity) -> bool:
    findings = [finding for drug in result.drugs for finding in drug.findings]
    return any(
        finding.status is Status.APPLIES and finding.leads and finding.override is None and finding.severity >= severity
        for finding in (*findings, *result.regimen_findings)
    )
