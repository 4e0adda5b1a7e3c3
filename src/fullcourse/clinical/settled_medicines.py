"""What an answer about one medicine of a list settles: the entry that it names, or those of its name that were open."""

from collections.abc import Sequence
from dataclasses import replace

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.medicine import Medicine, Taken

__all__ = ["settle"]


def settle(listed: Sequence[Medicine], answers: Sequence[Medicine]) -> tuple[tuple[Medicine, ...], frozenset[str]]:
    """Return the list with answers in the place of what they settle, and the origins of the entries that are gone.

    An answer settles the entry whose origin it names, and every entry of its own name that is not plainly taken. Where
    it has the name of the entry that it settles, that entry's ingredients, codes and route stay.

    Args:
        listed: The list so far.
        answers: Entries to add.

    Raises:
        InputError: An answer settles an entry that is not on the list.
    """
    kept = list(listed)
    gone: set[str] = set()
    added: list[Medicine] = []
    for answer in answers:
        name = answer.name.casefold()
        named = [entry for entry in kept if answer.settles and entry.origin == answer.settles]
        if answer.settles and not named:
            raise InputError(
                f"an answer settles '{answer.settles[:60]}', and the medicine list has no such entry. Write settles as "
                'the check prints it, for example "MedicationRequest/7", or leave it out and give the entry\'s name.'
            )
        settled = [*named, *(it for it in kept if it not in named and it.name.casefold() == name and _is_open(it))]
        like = next((entry for entry in settled if entry.name.casefold() == name), None)
        if like is not None:
            answer = replace(
                answer, ingredients=like.ingredients, codes=like.codes, recognised_by=like.recognised_by,
                route=like.route, applied=like.applied, ordered=like.ordered or answer.ordered,
                since=answer.since or like.since,
            )  # fmt: skip
        else:
            gone |= {entry.origin for entry in settled}
        if answer.taken is Taken.PAST:
            gone |= {entry.origin for entry in settled}
        kept = [entry for entry in kept if entry not in settled]
        added.append(answer)
    return (*kept, *added), frozenset(gone)


def _is_open(medicine: Medicine) -> bool:
    return medicine.taken is not Taken.NOW or medicine.until is not None
