"""``fullcourse knowledge export``: a drug as FHIR R5."""

import json
from pathlib import Path

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import echo
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import force_option, write_out

__all__ = ["export"]


@click.command("export")
@click.argument("drug")
@format_option("fhir", "epi")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the Bundle here.")
@force_option
@click.option("--at", metavar="DATE", help="Date of the document (epi), YYYY-MM-DD; today without it.")
def export(drug: str, form: str, out: Path | None, at: str | None) -> None:
    """Write DRUG as FHIR R5: its ClinicalUseDefinition resources (fhir), or a document like a leaflet (epi)."""
    from fullcourse.adapters.documents.clauses import clauses_of
    from fullcourse.adapters.fhir.write.clinical_use import clinical_use_bundle
    from fullcourse.adapters.fhir.write.epi import epi_bundle

    knowledge = load_knowledge()
    identity = knowledge.drug(drug)
    if form == "epi":
        bundle, left_out = epi_bundle(identity, knowledge, day_asked(at))
    else:
        bundle, left_out = clinical_use_bundle(identity, knowledge)
    text = json.dumps(bundle, indent=2, ensure_ascii=False, allow_nan=False)
    if out is None:
        echo(text)
    else:
        write_out(out, f"{text}\n".encode(), about_patient=False)
        echo(f"Written to {out}.", err=True)
    tables = sum(identity.inn in clause.drugs for clause in clauses_of(knowledge).values())
    if left_out or tables:
        what = f"{len(left_out)} statements and {tables} tables of regimens and doses"
        echo(f"Left out, because the format has no place for them: {what}.", err=True)
