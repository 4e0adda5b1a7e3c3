"""``fullcourse knowledge compare``: a label's sections beside our statements."""

from pathlib import Path

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.interfaces.cli.echo import echo, echo_file, print_json
from fullcourse.interfaces.cli.format_option import format_option

__all__ = ["compare"]


@click.command("compare")
@click.argument("drug")
@click.argument("label", metavar="LABEL.xml", type=click.Path(path_type=Path))
@click.option("--source", "sources", multiple=True, metavar="ID", help="Source that the label is an edition of.")
@format_option("text", "html", "json")
def compare(drug: str, label: Path, sources: tuple[str, ...], form: str) -> None:
    """Show the sections of a structured product label beside the statements about DRUG that cite them."""
    from fullcourse.adapters.documents.labels.comparison import compare as compare_label
    from fullcourse.adapters.documents.labels.comparison_page import comparison_html, comparison_text
    from fullcourse.adapters.documents.labels.spl import open_label
    from fullcourse.adapters.published.comparison import comparison_json

    knowledge = load_knowledge()
    comparison = compare_label(knowledge, knowledge.drug(drug), open_label(label), sources)
    if form == "json":
        print_json(comparison_json(comparison, knowledge))
    elif form == "html":
        echo_file(comparison_html(comparison, knowledge))
    else:
        echo(comparison_text(comparison, knowledge))
