"""``fullcourse knowledge matrix``: every drug against tuberculosis beside the medicines that people take with it."""

from pathlib import Path

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import echo, echo_file, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import force_option, write_out
from fullcourse.journey.matrix import ASKED_MOST, Matrix, interaction_matrix

__all__ = ["matrix"]

_NAME = 24


@click.command("matrix")
@click.option("--drug", "drugs", multiple=True, metavar="NAME", help="Only this TB drug; may be given more than once.")
@click.option("--profile", default="who", show_default=True, help="Which sources lead: us or who.")
@click.option("--at", metavar="DATE", help="Date of the checks, YYYY-MM-DD; today without it.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write one page here.")
@force_option
@format_option("text", "json", "csv")
def matrix(drugs: tuple[str, ...], profile: str, at: str | None, html: Path | None, form: str) -> None:
    """Put every TB drug beside some 400 medicines: what a check says of each pair, or that it is not covered.

    As text it prints how much is covered; --html writes a page to read, filter and print, --format json or csv
    every cell with its sources. A pair that is not covered is not safe: no source here speaks of it.

    \b
    Example:
      fullcourse knowledge matrix --html matrix.html
      fullcourse knowledge matrix --drug rifampin --format csv
    """
    from fullcourse.adapters.documents.matrix_page import matrix_html
    from fullcourse.adapters.medicines.co_medicines import load_co_medicines
    from fullcourse.adapters.published.matrix import matrix_csv, matrix_json

    if html is not None and form != "text":
        raise click.UsageError("--html writes a page, --format prints data. Give one of them.")
    day = day_asked(at)
    knowledge = load_knowledge()
    columns = [knowledge.drug(name) for name in drugs] or list(knowledge.drugs.values())
    made = interaction_matrix(knowledge, knowledge.profile(profile), day, load_co_medicines(), columns)
    if html is not None:
        write_out(html, matrix_html(made, knowledge).encode(), "--html", about_patient=False)
        echo(f"Written to {html}.")
    elif form == "json":
        print_json(matrix_json(made))
    elif form == "csv":
        echo_file(matrix_csv(made))
    else:
        _print(made)


def _print(made: Matrix) -> None:
    """Print how many cells of each drug are filled, and what that leaves."""
    total = len(made.rows)
    echo(f"{total} medicines beside each TB drug, {made.at.isoformat()}, profile {made.profile}\n")
    echo(f"{'':{_NAME}}{'filled':>8}{'of these: no interaction expected':>36}")
    for drug in made.drugs:
        filled, none_expected = made.filled(drug)
        echo(f"{drug:{_NAME}}{filled:>4} {filled / total:>4.0%}{none_expected:>35}")
    decided, cells = made.decided(ASKED_MOST)
    if cells:
        beside = ", ".join(drug for drug in ASKED_MOST if drug in made.drugs)
        _say(
            f"\nOf the cells of the 120 commonest medicines beside {beside}, {decided} of {cells} are decided one way "
            f"or the other ({decided / cells:.0%})."
        )
    _say(
        "A cell that is not filled is not covered: no source here speaks of the pair, which says nothing of its "
        "safety. --html FILE writes the page, --format csv every finding."
    )


def _say(text: str) -> None:
    echo(click.wrap_text(text, 78))
