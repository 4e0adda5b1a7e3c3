"""``fullcourse knowledge sheet``: a page on which a pharmacist compares each statement with what the machine does."""

from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.interfaces.cli.echo import echo, echo_file
from fullcourse.interfaces.cli.out_file import force_option, write_out
from fullcourse.knowledge.reader import HERE
from fullcourse.knowledge.second_readings import read_second_readings

__all__ = ["sheet"]

_CHECKOUT: Final = HERE.parents[2]
"""Where tests and documents stand beside the source; an installed package has neither there."""


@click.command("sheet")
@click.argument("drug")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the page here.")
@force_option
def sheet(drug: str, out: Path | None) -> None:
    """Print the review page of DRUG as HTML: each statement beside the machine's reading of it."""
    from fullcourse.adapters.documents.pages import sheet_html
    from fullcourse.adapters.documents.sheet import make_sheet, read_cases, read_interpretations

    knowledge = load_knowledge()
    cases = read_cases(_CHECKOUT / "tests" / "spec", knowledge)
    readings = read_interpretations(_CHECKOUT / "docs" / "interpretations")
    page = sheet_html(make_sheet(knowledge, knowledge.drug(drug), cases, readings, read_second_readings()))
    if out is None:
        echo_file(page)
        return
    write_out(out, page.encode(), about_patient=False)
    echo(f"Written to {out}.")
