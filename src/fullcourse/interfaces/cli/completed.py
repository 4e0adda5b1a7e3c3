"""What a shell may complete: names of drugs, medicines, regimens, facts and profiles, looked up when it asks.

The types below take any text, as an option without a type does; they only know what may be offered. A name with a space
is not offered: shells would take it for two words.
"""

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import click
from click.shell_completion import CompletionItem

from fullcourse.interfaces.cli.lazy import COMPLETE

__all__ = ["let_complete"]

_MOST: Final = 200
"""A shell is offered no more names than this at once."""


class _Named(click.types.StringParamType):
    """A text of which a shell may complete what names it may be."""

    def __init__(self, names: Callable[[], Iterable[str]], *, is_list: bool) -> None:
        """Take what gives the names, and whether several may stand in the text, with commas between them."""
        self._names, self._is_list = names, is_list

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the names that begin as the text does, or as what stands behind its last comma."""
        before, comma, begun = incomplete.rpartition(",") if self._is_list else ("", "", incomplete)
        if comma and os.environ.get(COMPLETE, "").startswith("fish"):
            return []  # it cuts what it is offered at a comma
        found = sorted({name for name in self._names() if name.casefold().startswith(begun.casefold())})
        return [CompletionItem(f"{before}{comma}{name}") for name in found if " " not in name][:_MOST]


def let_complete(command: click.Command, path: str) -> None:
    """Let a shell complete the options and arguments of a command that name something.

    Args:
        command: Whose options are looked through; what has a type of its own keeps it.
        path: Its words, for example ``knowledge show``.
    """
    for parameter in command.params:
        named = _BY_OPTION.get(parameter.opts[0]) or _BY_ARGUMENT.get((path.split(" ")[-1], parameter.opts[0]))
        if named is not None and parameter.type is click.STRING:
            names, is_list = named
            parameter.type = _Named(names, is_list=is_list)


def _drugs() -> Iterable[str]:
    from fullcourse.adapters.knowledge_cache import load_knowledge  # only a shell that asks waits for it

    for drug in load_knowledge().drugs.values():
        yield from (drug.inn, *(name for name in (drug.abbreviation, *drug.synonyms) if name))


def _medicines() -> Iterable[str]:
    """Yield drugs, and the medicines of the matrix, which are those that people with tuberculosis take most."""
    from fullcourse.knowledge.reader import HERE

    yield from _drugs()
    listed = tomllib.loads((HERE / "matrix" / "co_medicines.toml").read_text("utf-8"))
    yield from (medicine["name"] for group in listed["group"] for medicine in group["medicines"])


def _regimens() -> Iterable[str]:
    """Yield the ids and names of the regimens of the guidelines, and the short forms of regimens."""
    from fullcourse.adapters.knowledge_cache import load_knowledge
    from fullcourse.adapters.medicines.short_forms import load_short_forms

    guidelines = load_knowledge().guidelines
    yield from (*guidelines.regimens, *guidelines.constructions)
    yield from (regimen.name for regimen in guidelines.regimens.values())
    tb_drugs = load_knowledge().drugs
    for form in load_short_forms().values():
        if len(form.ingredients) > 1 and not form.needs and all(name in tb_drugs for name in form.ingredients):
            yield form.form


def _drugs_or_regimens() -> Iterable[str]:
    yield from _regimens()
    yield from _drugs()


def _profiles() -> Iterable[str]:
    from fullcourse.adapters.knowledge_cache import load_knowledge

    return load_knowledge().profiles


def _facts() -> Iterable[str]:
    from fullcourse.adapters.knowledge_cache import load_knowledge

    return load_knowledge().facts


_Names = tuple[Callable[[], Iterable[str]], bool]

_BY_OPTION: Final[Mapping[str, _Names]] = {
    "--drug": (_drugs, False),
    "--with": (_medicines, True),
    "--regimen": (_drugs_or_regimens, True),
    "--resistant": (_drugs, True),
    "--susceptible": (_drugs, True),
    "--replace": (_drugs, False),
    "--profile": (_profiles, False),
}
_BY_ARGUMENT: Final[Mapping[tuple[str, str], _Names]] = {
    ("facts", "word"): (_facts, False),
    **{(command, "drug"): (_drugs, False) for command in ("show", "export", "sheet", "compare")},
}
"""By the last word of the command and the argument: an argument has no name that says what it is."""
