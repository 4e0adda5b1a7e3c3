"""One page for each drug: every statement as a pharmacist reads it, with its rule in words, source and cases."""

from collections.abc import Iterable

from fullcourse.adapters.documents.rule_words import rule_lines
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.screening.rulebook import slug
from site_pages.markdown import escaped, table

__all__ = ["statement_pages"]

_TITLES = {"regimen": "Regimens", "emergency": "Emergencies", "every": "Every leaflet", "screening": "Every drug"}


def statement_pages(knowledge: Knowledge) -> dict[str, str]:
    """Return the pages by file name: one for each owner of statements, and an index."""
    labels = {slug(drug): drug.label for drug in knowledge.drugs.values()}
    by_owner: dict[str, list[Statement]] = {}
    for statement in knowledge.statements.values():
        by_owner.setdefault(statement.id.split(".", 1)[0], []).append(statement)
    titles = {owner: labels.get(owner, _TITLES.get(owner, owner)) for owner in by_owner}
    order = sorted(by_owner, key=lambda owner: (owner not in labels, titles[owner].casefold()))
    index = ["# What the sources say, drug by drug", "", "No clinician has reviewed any of it yet.", ""]
    index += table(
        ("about", "statements", "cases"),
        (
            (f"[{escaped(titles[it])}]({it}.md)", str(len(by_owner[it])), f"[case book](casebook:{it}.html)")
            for it in order
        ),
    )
    index += ["", "```{toctree}", ":hidden:", "", *order, "```"]
    pages = {owner: _page(owner, titles[owner], by_owner[owner], knowledge) for owner in order}
    return {"index": "\n".join(index) + "\n", **pages}


def _page(owner: str, title: str, statements: Iterable[Statement], knowledge: Knowledge) -> str:
    by_kind: dict[str, list[Statement]] = {}
    for statement in statements:
        by_kind.setdefault(statement.id.split(".")[1].replace("-", " "), []).append(statement)
    lines = [f"# {escaped(title)}", ""]
    for kind, found in by_kind.items():
        lines += [f"## {kind.capitalize()}", ""]
        for statement in found:
            lines += _statement(statement, owner, knowledge)
    return "\n".join(lines) + "\n"


def _statement(statement: Statement, owner: str, knowledge: Knowledge) -> list[str]:
    source = knowledge.sources[statement.source]
    dated = source.dated or "no date given"
    reading = f"; our reading {statement.interpretation}" if statement.interpretation else ""
    return [
        f"**{escaped(statement.says)}**",
        "",
        *(f"- {escaped(line)}" for line in rule_lines(statement.body, knowledge)),
        (
            f"- *{escaped(source.title)} ({escaped(dated)}), {escaped(statement.section)}, tier {source.tier}"
            f"{reading}* · [{statement.id}](casebook:{owner}.html#{statement.id})"
        ),
        "",
    ]
