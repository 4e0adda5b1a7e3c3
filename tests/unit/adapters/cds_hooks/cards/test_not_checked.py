"""What no source speaks of is said once, and what has no bearing is not; the cases were written before they were run.

Whether a pair is covered is what `fullcourse check --drug X --with Y` says: each case names the pairs that it holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cds_calls import NOW, answered, bundle, call, condition, hooks, order, sent
from fullcourse.adapters.cds_hooks.cards.card import LONGEST_SUMMARY
from fullcourse.adapters.cds_hooks.hooks import CdsHooks
from fullcourse.adapters.cds_hooks.kept.feedback_store import FeedbackStore
from fullcourse.adapters.cds_hooks.reading.feedback import Feedback
from fullcourse.adapters.store.opening import open_store

HEAD = "Not checked, no source here says anything: "
RXNORM, ATC = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://www.whocc.no/atc"
BEDAQUILINE, LINEZOLID, CYCLOSERINE = order("bedaquiline", "b"), order("linezolid", "l"), order("cycloserine", "c")
ALL_THREE = sent(BEDAQUILINE, LINEZOLID, CYCLOSERINE)


@dataclass(frozen=True)
class Case:
    """A call, the pairs of its one card "not checked" (none for no such card), and what else there must be.

    Attributes:
        asked: The call.
        pairs: Words of the summary, one a medicine; empty for no card.
        others: Of every other card, indicator and words of its summary; None where they are not what is asked here.
    """

    asked: dict[str, Any]
    pairs: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] | None = ()


def draft(name: str, number: str = "d1", **more: Any) -> Any:
    return order(name, number, status="draft", **more)


def coded(system: str, code: str) -> Any:
    """Return a draft of a product that is named by a code alone."""
    return draft("", medicationCodeableConcept={"coding": [{"system": system, "code": code}]})


CASES: dict[str, Case] = {
    "amlodipine beside three drugs, none of which speaks of it": Case(
        call(drafts=(draft("amlodipine"),), prefetch=ALL_THREE),
        ("Amlodipine with Bedaquiline, Linezolid, Cycloserine",),
    ),
    "metformin beside bedaquiline: a source asks for no change": Case(
        call(drafts=(draft("metformin"),), prefetch=sent(BEDAQUILINE))
    ),
    "metformin beside three: linezolid speaks, bedaquiline asks for no change, cycloserine is silent": Case(
        call(drafts=(draft("metformin"),), prefetch=ALL_THREE),
        ("Metformin with Cycloserine",),
        (("warning", "Metformin order with Linezolid"),),
    ),
    "paracetamol and amlodipine are one card": Case(
        call(drafts=(draft("paracetamol", "d1"), draft("amlodipine", "d2")), prefetch=sent(LINEZOLID)),
        ("Acetaminophen, Amlodipine with Linezolid",),
    ),
    "omeprazole beside three: a remark of bedaquiline, the others silent": Case(
        call(drafts=(draft("omeprazole"),), prefetch=ALL_THREE),
        ("Omeprazole with Linezolid, Cycloserine",),
        (("info", "Omeprazole order with Bedaquiline"),),
    ),
    "an antibiotic of which linezolid does not speak": Case(
        call(drafts=(draft("amoxicillin"),), prefetch=sent(LINEZOLID)), ("Amoxicillin with Linezolid",)
    ),
    "amlodipine by its code alone": Case(
        call(drafts=(coded(ATC, "C08CA01"),), prefetch=sent(LINEZOLID)), ("Amlodipine with Linezolid",)
    ),
    "a code that nobody knows": Case(
        call(drafts=(coded(RXNORM, "99999999"),), prefetch=sent(LINEZOLID)),
        (),
        (("warning", "its medicine was not read"),),
    ),
    "a name that nobody knows": Case(
        call(drafts=(draft("Xyzzolam forte"),), prefetch=ALL_THREE), (), (("warning", "its medicine was not read"),)
    ),
    "a name that nobody knows, and amlodipine": Case(
        call(drafts=(draft("Xyzzolam forte", "d1"), draft("amlodipine", "d2")), prefetch=sent(LINEZOLID)),
        ("Amlodipine with Linezolid",),
        (("warning", "its medicine was not read"),),
    ),
    "pyridoxine beside cycloserine: a source gives it": Case(
        call(drafts=(draft("pyridoxine"),), prefetch=sent(CYCLOSERINE))
    ),
    "pyridoxine beside bedaquiline: a vitamin that sources give with these drugs": Case(
        call(drafts=(draft("pyridoxine"),), prefetch=sent(BEDAQUILINE))
    ),
    "amlodipine beside rifampin, which speaks of it": Case(
        call(drafts=(draft("amlodipine"),), prefetch=sent(order("rifampin", "r"))),
        (),
        (("warning", "Amlodipine order with Rifampin"),),
    ),
    "a product of two, of which rifampin speaks of one": Case(
        call(drafts=(draft("timolol and amlodipine"),), prefetch=sent(order("rifampin", "r"))),
        ("Timolol with Rifampin",),
        (("warning", "with Rifampin"),),
    ),
    "amlodipine, and a whole list without a drug against tuberculosis": Case(
        call(drafts=(draft("amlodipine"),), prefetch=sent(order("metformin", "m")))
    ),
    "amlodipine beside linezolid that has been stopped": Case(
        call(drafts=(draft("amlodipine"),), prefetch=sent(order("linezolid", "l", status="stopped")))
    ),
    "ciprofloxacin into the eye acts only where it is put": Case(
        call(drafts=(draft("ciprofloxacin 0.3 % eye drops"),), prefetch=sent(LINEZOLID))
    ),
    "timolol into the eye reaches the whole body": Case(
        call(drafts=(draft("timolol 5 mg/mL eye drops"),), prefetch=sent(LINEZOLID)), ("Timolol with Linezolid",)
    ),
    "linezolid ordered beside amlodipine that is taken: seen from the other side": Case(
        call(drafts=(draft("linezolid"),), prefetch=sent(order("amlodipine", "m"))),
        ("Amlodipine with Linezolid",),
        (("warning", "Linezolid order: cannot be assessed"),),
    ),
    "both ordered, and a third drug taken: one card": Case(
        call(drafts=(draft("linezolid", "d1"), draft("amlodipine", "d2")), prefetch=sent(CYCLOSERINE)),
        ("Amlodipine with Linezolid, Cycloserine",),
        None,
    ),
    "rifabutin ordered, of which no file speaks": Case(
        call(drafts=(draft("rifabutin"),), prefetch=sent()), (), (("warning", "Rifabutin order: not checked"),)
    ),
    "amlodipine beside rifabutin": Case(
        call(drafts=(draft("amlodipine"),), prefetch=sent(order("rifabutin", "r"))), ("Amlodipine with Rifabutin",)
    ),
    "order-select asks of what was selected alone": Case(
        call(
            "order-select",
            (draft("amlodipine", "d1"), draft("paracetamol", "d2")),
            sent(LINEZOLID),
            ("MedicationRequest/d1",),
        ),
        ("Amlodipine with Linezolid",),
    ),
    "order-select of amlodipine, linezolid drawn up beside it": Case(
        call("order-select", (draft("amlodipine", "d1"), draft("linezolid", "d2")), sent(), ("MedicationRequest/d1",)),
        ("Amlodipine with Linezolid",),
    ),
    "patient-view: two medicines of which linezolid does not speak": Case(
        call("patient-view", prefetch=sent(LINEZOLID, order("amlodipine", "m1"), order("paracetamol", "m2"))),
        ("Amlodipine, Acetaminophen with Linezolid",),
        (("warning", "Linezolid: not established"),),
    ),
    "patient-view: metformin and pyridoxine beside bedaquiline": Case(
        call("patient-view", prefetch=sent(BEDAQUILINE, order("metformin", "m1"), order("pyridoxine", "m2"))),
        (),
        (("warning", "Bedaquiline: not established"),),
    ),
    "patient-view: rifabutin alone, of which no file speaks": Case(
        call("patient-view", prefetch=sent(order("rifabutin", "r"))), (), (("warning", "Rifabutin: not checked"),)
    ),
    "patient-view: amlodipine alone": Case(call("patient-view", prefetch=sent(order("amlodipine", "m1")))),
    "an SSRI, and an entry of the list that nobody read may be a drug against tuberculosis": Case(
        call(drafts=(draft("sertraline"),), prefetch=sent(order("Xyzzolam forte", "m1"))),
        (),
        (("info", "sertraline order: whether a drug against tuberculosis is taken is not known"),),
    ),
    "amoxicillin, of which no drug speaks, and an entry of the list that nobody read": Case(
        call(drafts=(draft("amoxicillin"),), prefetch=sent(order("Xyzzolam forte", "m1")))
    ),
    "metformin beside bedaquiline, and only the first page of the list: linezolid may follow": Case(
        call(
            drafts=(draft("metformin"),),
            prefetch=sent()
            | {"medicationRequests": bundle(BEDAQUILINE, link=[{"relation": "next", "url": "http://x.example/2"}])},
        ),
        (),
        (("info", "metformin order: whether another drug against tuberculosis is taken is not known"),),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case(name: str):
    case = CASES[name]
    cards = answered(case.asked)
    told = [(card["indicator"], card["summary"]) for card in cards]
    of_pairs = [card for card in cards if card["summary"].startswith(HEAD)]
    assert len(of_pairs) == bool(case.pairs), told
    for card in of_pairs:
        assert card["indicator"] == "info"
        assert card["summary"] == f"{HEAD}{'; '.join(case.pairs)}"
        assert "does not say that they are safe" in card["detail"]
    rest = [it for it in told if not it[1].startswith(HEAD)]
    if case.others is not None:
        assert len(rest) == len(case.others), told
        for (indicator, summary), (expected, words) in zip(rest, case.others, strict=True):
            assert (indicator, words in summary) == (expected, True), told


def test_a_long_list_is_cut_between_pairs_and_says_how_many_more():
    names = ("amlodipine", "acetaminophen", "atorvastatin", "timolol", "valsartan", "amoxicillin", "levothyroxine")
    drafts = tuple(draft(name, f"d{number}") for number, name in enumerate(names))
    cards = answered(call(drafts=drafts, prefetch=ALL_THREE))
    (card,) = [it for it in cards if it["summary"].startswith(HEAD)]
    assert len(card["summary"]) <= LONGEST_SUMMARY
    assert "…" not in card["summary"]
    assert " more" in card["summary"]
    for name in names:
        assert name in card["detail"].casefold()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[FeedbackStore]:
    place, key_file = str(tmp_path / "courses.db"), tmp_path / "the.key"
    with open_store(place, key_file=key_file):
        store = FeedbackStore(place, key_file)
        yield store
        store.close()


def test_it_does_not_come_again_after_an_override_until_another_drug_is_taken(kept: FeedbackStore):
    answering = CdsHooks(hooks().knowledge, hooks().profile, kept=kept)
    asked = call(drafts=(draft("amlodipine"),), prefetch=sent(LINEZOLID))
    (card,) = answered(asked, answering)
    kept.take([Feedback(card["uuid"], "overridden", NOW)], NOW)
    assert answered(asked, answering) == []
    another = call(drafts=(draft("amlodipine", "d7"),), prefetch=sent(LINEZOLID, condition("38341003", "Hypertension")))
    assert answered(another, answering) == []
    (again,) = answered(call(drafts=(draft("amlodipine"),), prefetch=sent(LINEZOLID, CYCLOSERINE)), answering)
    assert again["summary"] == f"{HEAD}Amlodipine with Linezolid, Cycloserine"
