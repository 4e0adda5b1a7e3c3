"""Say what a receiver's rules would make of a report: what it would be rejected for, and what it would be warned of.

The rules are data (``rules.toml``): every line of FDA's list, and what ICH's guide requires beyond it. A rule that
cannot be checked here is kept with the reason, and is never counted as met.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from fullcourse.adapters.e2b.checking.conditions import (
    Condition,
    Scopes,
    holds,
    mend,
    place_of,
    repetitions,
    title,
    words,
)
from fullcourse.adapters.e2b.checking.general_checks import CHECKS
from fullcourse.adapters.e2b.layout import layout
from fullcourse.adapters.e2b.sections import Section

__all__ = ["RECEIVERS", "Finding", "Rule", "check", "receiver_of", "rules"]

RECEIVERS = ("ich", "fda")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: FDA's number of the error, or ours where FDA gives none; empty for the one line that has none.
        row: Its row in FDA's list, from 1; 0 for a requirement of ICH's guide that the list does not hold.
        element: The element it is about; empty for a rule over the whole table.
        severity: ``rejection`` or ``warning``.
        receiver: ``ICH`` where it holds for every receiver, ``FDA`` otherwise.
        when: What must hold for it to ask anything.
        demand: What it asks; all of it.
        scope: The group in each repetition of which it is checked.
        first_only: Whether it is checked in the first repetition alone.
        check: Name of a general check; empty otherwise.
        not_executed: Why it is not checked here; empty where it is.
    """

    id: str
    row: int
    element: str
    severity: str
    receiver: str
    when: tuple[Condition, ...] = ()
    demand: tuple[Condition, ...] = ()
    scope: str = ""
    first_only: bool = False
    check: str = ""
    not_executed: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one or several rules would say of one place of a report.

    Attributes:
        rules: Ids of the rules.
        severity: ``rejection`` or ``warning``.
        element: The element it is about.
        place: Which repetition, for example ``G.k[2]``; empty where nothing repeats.
        what: What is wrong, and why it matters.
        mend: What to do.
    """

    rules: tuple[str, ...]
    severity: str
    element: str
    place: str
    what: str
    mend: str


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules, in the order of FDA's list, then ours."""
    text = resources.files("fullcourse.adapters.e2b.checking").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(_rule(row) for row in tomllib.loads(text)["rule"])


def _rule(row: dict[str, object]) -> Rule:
    element = str(row["element"])
    when, demand = _conditions(row.get("when")), _conditions(row.get("demand"))
    if "needs" in row:
        when = (Condition(str(row["needs"]), given=True),)
        demand = (Condition(element, given=True),)
    return Rule(
        str(row["id"]),
        int(str(row.get("row", 0))),
        element,
        str(row["severity"]),
        str(row.get("receiver", "FDA")),
        when,
        demand,
        scope=str(row.get("scope", layout().group_of(element) if element else "")) or layout().message,
        first_only="only" in row,
        check=str(row.get("check", "")),
        not_executed=str(row.get("not_executed", "")),
    )


def _conditions(rows: object) -> tuple[Condition, ...]:
    return tuple(_condition(row) for row in rows) if isinstance(rows, list) else ()


def _condition(row: dict[str, object]) -> Condition:
    def listed(key: str) -> tuple[str, ...]:
        value = row.get(key, [])
        return tuple(map(str, value)) if isinstance(value, list) else ()

    return Condition(
        element=str(row.get("element", "")),
        values=listed("is"),
        null=listed("null"),
        given=row.get("given") is True,
        valued=row.get("valued") is True,
        contains=listed("contains"),
        same_as=str(row.get("same_as", "")),
        section=str(row.get("section", "")),
        other_than=listed("other_than"),
        any_of=_conditions(row.get("any")),
        negated=row.get("not") is True,
    )


def receiver_of(batch: Section) -> str:
    """Return whose rules a batch is for: ``fda`` where it is addressed to FDA, ``ich`` otherwise."""
    return "fda" if (batch.given("N.1.4") or "").startswith("ZZFDA") else "ich"


def check(batch: Section, receiver: str, as_of: date) -> tuple[Finding, ...]:
    """Return what the rules say, rejections first; rules that say the same of the same place stand together.

    Args:
        batch: What was read, or is to be written.
        receiver: ``fda`` for FDA's rules and ICH's, ``ich`` for ICH's alone.
        as_of: The day after which a date lies ahead.
    """
    found: dict[tuple[str, str, str], Finding] = {}
    for rule in rules():
        if rule.not_executed or (rule.receiver == "FDA" and receiver != "fda"):
            continue
        for finding in _findings(rule, batch, receiver, as_of):
            key = (finding.severity, finding.place, finding.what)
            same = found.get(key)
            ids = same.rules + finding.rules if same and finding.rules[0] not in same.rules else finding.rules
            found[key] = Finding(ids, *(getattr(same or finding, name) for name in Finding.__slots__[1:]))
    return tuple(sorted(found.values(), key=lambda finding: finding.severity))


def _findings(rule: Rule, batch: Section, receiver: str, as_of: date) -> Iterator[Finding]:
    name = rule.id or rule.element
    if rule.check:
        for element, place, what, how in CHECKS[rule.check](batch, receiver, as_of):
            yield Finding((name,), rule.severity, element, place, what, how)
        return
    for index, scopes in enumerate(repetitions(rule.scope, {"": batch})):
        if rule.first_only and index:
            return
        if all(holds(condition, scopes) for condition in rule.when):
            unmet = [condition for condition in rule.demand if not holds(condition, scopes)]
            if unmet:
                yield _unmet(rule, name, unmet, scopes)


def _unmet(rule: Rule, name: str, unmet: list[Condition], scopes: Scopes) -> Finding:
    asked = " and ".join(words(condition) for condition in unmet)
    because = " and ".join(words(condition) for condition in rule.when)
    how = " and ".join(mend(condition) for condition in unmet)
    return Finding(
        (name,), rule.severity, rule.element, place_of(scopes), f"{title(rule.element)}: asked is that {asked}"
        + (f", because {because}" if because else ""), how[0].upper() + how[1:] + "."
    )  # fmt: skip
