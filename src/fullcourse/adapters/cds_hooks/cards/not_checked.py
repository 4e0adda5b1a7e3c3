"""The card that says what was not checked: pairs of which no source speaks, or nobody knows whether there is a pair.

It is worded so that its first line names pairs, and as many as fit: a pair that is not in the line is in the detail.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from fullcourse.adapters.cds_hooks.cards.card import LONGEST_SUMMARY, CdsCard, Indicator
from fullcourse.adapters.cds_hooks.cards.details import foot
from fullcourse.adapters.cds_hooks.cards.markdown import own_words, plain_line, recorded_words
from fullcourse.journey.not_checked import NotChecked
from fullcourse.knowledge.library import Knowledge

__all__ = ["label_of", "no_treatment_known_card", "not_checked_card", "not_covered_card"]

_HEAD: Final = "Not checked, no source here says anything: "
_LONGEST_NAME: Final = 40
_MOST_ENTRIES: Final = 20


def label_of(inn: str, knowledge: Knowledge) -> str:
    """Return the name of an ingredient, a drug of ours as its file writes it."""
    drug = knowledge.drugs.get(inn)
    return drug.label if drug is not None else inn.capitalize()


def not_checked_card(pairs: Sequence[NotChecked], besides: Iterable[str], knowledge: Knowledge, last: str) -> CdsCard:
    """Return the card of all pairs of which no source speaks.

    Args:
        pairs: At least one.
        besides: Lines on the call as a whole, escaped.
        knowledge: Holds the names of drugs.
        last: Line of software and knowledge.
    """
    lines = [f"- {_entry(it, knowledge)}" for it in pairs[:_MOST_ENTRIES]]
    if len(pairs) > _MOST_ENTRIES:
        lines.append(f"- and {len(pairs) - _MOST_ENTRIES} more")
    says = "**No statement in our sources speaks of these pairs. That does not say that they are safe.**"
    return CdsCard(
        _summary(pairs, knowledge),
        "\n\n".join([says, "\n".join(lines), *besides, last]),
        Indicator.INFO,
        None,
        ("pairs_not_checked", sorted((inn, it.ingredient) for it in pairs for inn in it.drugs)),
    )


def _entry(pair: NotChecked, knowledge: Knowledge) -> str:
    drugs = ", ".join(label_of(inn, knowledge) for inn in pair.drugs)
    entries = "; ".join(f"{name} ({origin})" for origin, name in pair.entries)
    return f"{own_words(f'{label_of(pair.ingredient, knowledge)} with {drugs}')}: {recorded_words(entries)}"


def _summary(pairs: Sequence[NotChecked], knowledge: Knowledge) -> str:
    """Return the first line: as many medicines as fit, each with its drugs, and how many more there are."""
    named = [
        (plain_line(label_of(it.ingredient, knowledge), _LONGEST_NAME), [label_of(inn, knowledge) for inn in it.drugs])
        for it in pairs
    ]
    for count in range(len(named), 0, -1):
        if len(line := _line(named[:count], len(named) - count)) <= LONGEST_SUMMARY:
            return line
    name, drugs = named[0]
    for count in range(len(drugs) - 1, 0, -1):
        told = [*drugs[:count], f"{len(drugs) - count} more"]
        if len(line := _line([(name, told)], len(named) - 1)) <= LONGEST_SUMMARY:
            return line
    return _line([(name, [f"{len(drugs)} drugs against tuberculosis"])], len(named) - 1)


def _line(named: Iterable[tuple[str, list[str]]], more: int) -> str:
    beside: dict[str, list[str]] = {}
    for name, drugs in named:
        beside.setdefault(", ".join(drugs), []).append(name)
    told = "; ".join(f"{', '.join(names)} with {drugs}" for drugs, names in beside.items())
    return f"{_HEAD}{told}{f'; and {more} more' if more else ''}"


def not_covered_card(inn: str, of: str, besides: Iterable[str], knowledge: Knowledge, last: str) -> CdsCard:
    """Return the card of a drug against tuberculosis of which no file speaks: nothing at all was checked for it.

    Args:
        inn: Which.
        of: After its name, as `` order``; empty for one that is taken.
        besides: Lines on the call as a whole, escaped.
        knowledge: Holds the names of drugs.
        last: Line of software and knowledge.
    """
    name = label_of(inn, knowledge)
    says = f"{name}{of}: not checked, since this drug against tuberculosis is not covered here"
    return CdsCard(
        says,
        "\n\n".join([f"**{own_words(says)}. That does not say that it is safe.**", *besides, last]),
        Indicator.WARNING,
        None,
        ("not_covered", inn),
    )


def no_treatment_known_card(
    names: Iterable[str], lacks: Sequence[str], knowledge: str, profile: str, *, another: bool = False
) -> CdsCard:
    """Return the card that says that nobody knows what is taken beside the orders.

    Args:
        names: Of the ordered medicines, as recorded.
        lacks: What was not sent, or not read; the first is named in the first line.
        knowledge: Digest.
        profile: Which sources lead.
        another: Whether one drug against tuberculosis is known already.
    """
    told = ", ".join(plain_line(name, _LONGEST_NAME) for name in names)
    of = f"{told} order" if told else "Nothing was checked"
    says = f"hether {'another' if another else 'a'} drug against tuberculosis is taken is not known"
    return CdsCard(
        f"{of}: w{says}; lacking: {lacks[0]}",
        f"W{says}. Lacking: {recorded_words('; '.join(lacks))}.\n\n{foot(knowledge, profile)}",
        Indicator.INFO,
        None,
        ("not_checked", told, list(lacks)),
    )
