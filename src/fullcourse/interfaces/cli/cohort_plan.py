"""``fullcourse cohort plan``: what a programme needs of each product, month by month, by its patients' plans."""

import json
import textwrap
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.need import need_json
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.adapters.register.engine.need import RegisterNeed, need_of_register
from fullcourse.adapters.register.engine.need_table import units_written, write_need
from fullcourse.adapters.register.engine.room import Room, said_when_full
from fullcourse.adapters.register.input.find import RegisterInput
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.need.total import NeedTotal
from fullcourse.cohort.need.units import Product
from fullcourse.interfaces.cli.cohort_output import Progress, tell_of_aside
from fullcourse.interfaces.cli.echo import echo
from fullcourse.interfaces.cli.regimen import first_day

__all__ = ["plan_register"]

_WIDTH: Final = 80
_AGAIN: Final = "Make room, and give the same command again, or name another --out."
_MOST_PRODUCTS: Final = 20
_MOST_REASONS: Final = 3
_STATUSES: Final = {
    "proposed": "a plan is proposed",
    "incomplete": "no source gives a dose of a drug",
    "cannot_assess": "facts are not known that decide it",
    "ineligible": "a drug of the regimen is not for the patient",
    "no_regimen": "no regimen of this profile can be proposed",
    "died": "have died: nothing is counted for them",
    "unreadable": "the record cannot be used",
}


def plan_register(
    register: RegisterInput, profile: str, at: date, start: str, out: Path, strict: bool, processes: int
) -> None:
    """Plan everybody, write the need, and print it.

    Args:
        register: The records.
        profile: Which sources lead.
        at: Date of the check.
        start: First day of every regimen, as written.
        out: The CSV file; a summary as JSON is written beside it.
        strict: Whether a line that cannot be used is refused.
        processes: How many at once.

    Raises:
        InputError: An option cannot be used, or a line, where that is refused.
    """
    begins = first_day(start)
    knowledge = load_knowledge()
    leads = knowledge.profile(profile).id
    if not out.parent.is_dir():
        raise InputError(f"--out: the folder '{out.parent.name}' is not there. Make it, or name another.")
    refuse = partial(tell_of_aside, out=out, strict=strict)
    progress = Progress(("reading", "planning"))
    need = need_of_register(
        register, knowledge, leads, at, begins, out.parent, processes, progress, refuse, progress.reached
    )
    summary = out.with_name(out.stem + ".summary.json")
    written = need_json(need, knowledge.digest, leads, at, begins)
    with said_when_full(out, progress.reached, Room("The table of the need takes some hundred kilobytes.", _AGAIN)):
        write_need(need.total, out)
        draft = summary.with_name(summary.name + ".draft")
        draft.write_text(json.dumps(written, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
        draft.replace(summary)
    _print(need, AnswerHead(knowledge.digest, CONTENT_NOTICE, profile=leads, at=at), begins)
    echo(f"by month: {out}\nwhy, in full: {summary}")


def _print(need: RegisterNeed, head: AnswerHead, begins: date) -> None:
    total = need.total
    echo(f"Need of {total.patients:,} patients who begin on {begins}, profile {head.profile}")
    echo(f"{PROPOSAL[0].upper()}{PROPOSAL[1:]}")
    for status, says in _STATUSES.items():
        if total.statuses[status]:
            echo(f"  {total.statuses[status]:>9,}  {says}")
            _reasons(total, status)
    if total.treated:
        echo(f"  {total.treated:>9,}  take TB drugs already; they are planned as if they began anew")
    _products(total)
    for drug, count in total.without_dose.most_common(_MOST_REASONS):
        echo(_cut(f"! {drug}: no dose yet in {count:,} plans that wait; possible need lacks it"))
    for drug, count in sorted(total.at_odds.items()):
        echo(f"! {drug}: in a combination and otherwise on one day in {count:,} plans; check")
    echo(textwrap.fill(head.foot(), _WIDTH))


def _reasons(total: NeedTotal, status: str) -> None:
    reasons = sorted(
        ((reason, count) for (of, reason), count in total.reasons.items() if of == status), key=lambda it: (-it[1], it)
    )
    for reason, count in reasons[:_MOST_REASONS]:
        echo(_cut(f"             {count:>9,}  {reason}"))
    if len(reasons) > _MOST_REASONS:
        echo(f"             {'':>9}  and {len(reasons) - _MOST_REASONS} reasons more")


def _products(total: NeedTotal) -> None:
    """Print the need of each product over all months."""
    certain: dict[Product, Fraction] = {}
    possible: dict[Product, Fraction] = {}
    waiting: set[Product] = set()
    for (_, product), row in total.rows.items():
        certain[product] = certain.get(product, Fraction()) + row.certain
        possible[product] = possible.get(product, Fraction()) + row.possible
        waiting |= {product} if row.waiting else set()
    if not certain:
        echo("No plan names a product yet: what will be needed is not known.")
        return
    months = sorted({month for month, _ in total.rows})
    echo(f"{months[0]} to {months[-1]}")
    echo(f"{'certain':>11} {'possible':>11}")
    for product in sorted(certain)[:_MOST_PRODUCTS]:
        mark = " *" if product in waiting else ""
        name = f"{' + '.join(product.drugs)}, {product.words or 'form not chosen'}"
        unit = "" if product.unit == "unit" else f" ({product.unit})"
        echo(_cut(f"{units_written(certain[product]):>11} {units_written(possible[product]):>11}{mark} {name}{unit}"))
    if len(certain) > _MOST_PRODUCTS:
        echo(f"and {len(certain) - _MOST_PRODUCTS} products more")
    if waiting:
        echo("* holds steps that wait for a level or for signs of harm")


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
