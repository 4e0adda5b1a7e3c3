"""``fullcourse check --with``: names alone, beside one another, without a record."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from fullcourse.adapters.input_file import STANDARD_INPUT
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.typed import read_asked, read_names
from fullcourse.clinical.finding import Severity
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.exit_codes import DONE, REACHED, USAGE
from fullcourse.journey.pairs import PairsAnswer, pairs_of_names
from fullcourse.knowledge.library import Knowledge

__all__ = ["names_alone"]


def names_alone(
    drugs: Sequence[str],
    regimen: str | None,
    beside: Sequence[str],
    words: Sequence[str],
    profile: str,
    at: date,
    form: str,
    fail_on: str | None,
) -> int:
    """Print what the sources say of names beside one another; return the exit code.

    Args:
        drugs: Of ``--drug``.
        regimen: Of ``--regimen``; None where it was not given.
        beside: Of ``--with``.
        words: What stands behind it without a comma: further words of its names.
        profile: Which sources lead.
        at: Date of the question.
        form: ``text`` or ``json``.
        fail_on: Severity from which on the code is 1.

    Returns:
        2 where a name was not read, though what is known of the others is printed; 1 where `fail_on` is reached.
    """
    for word in words:
        if word == STANDARD_INPUT or Path(word).exists():
            raise click.UsageError(
                f"--with asks about names alone, and '{word[:60]}' is a record. Give one of them; "
                "medicines of a patient belong into the record, or into a file for --answers."
            )
    if not drugs and regimen is None:
        raise click.UsageError("--with needs a drug against tuberculosis to look at: give --drug or --regimen.")
    named = [*beside[:-1], " ".join([*beside[-1:], *words])] if beside else []
    knowledge = load_knowledge()
    answer = _answer(drugs, regimen, named, knowledge, profile, at)
    if form == "json":
        from fullcourse.adapters.published.pairs import pairs_json  # text does not wait for it

        print_json(pairs_json(answer))
    else:
        from fullcourse.interfaces.cli.pairs_text import print_pairs
        from fullcourse.interfaces.cli.terminal import page  # nor JSON for this

        print_pairs(answer, knowledge, page())
    if answer.not_read:
        return USAGE
    return REACHED if fail_on is not None and answer.reaches(Severity.of(fail_on)) else DONE


def _answer(
    drugs: Sequence[str], regimen: str | None, beside: Sequence[str], knowledge: Knowledge, profile: str, at: date
) -> PairsAnswer:
    asked, typed = read_asked(drugs, regimen, knowledge), read_names(beside)
    return pairs_of_names([*asked, *typed.medicines], typed.not_read, knowledge, knowledge.profile(profile), at)
