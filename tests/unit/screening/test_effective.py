"""A drug counts as effective only where a result shows it; what nobody tested may count or not."""

import pytest

from fullcourse.clinical import Evidence, Fact, Interval, exactly
from fullcourse.screening.company import company_findings
from fullcourse.screening.effective import EFFECTIVE_DRUGS, EffectiveDrugs, Effectiveness
from fullcourse.screening.questions import find_questions
from fullcourse.screening.screen import Screener
from patients import knowledge, patient

COUNT = EffectiveDrugs(knowledge())
S, R, I = "susceptible", "resistant", "intermediate"  # noqa: E741  # as laboratories write them
Row = tuple[str, str] | tuple[str, str, str]


def counted(drugs: list[str], *rows: Row) -> Fact:
    """Return the count for drugs of a regimen; rows are result, word and date where it is not the day of the check."""
    facts = [
        {"id": row[0] if row[0].endswith("mutation") else f"{row[0]}_susceptibility", "value": row[1]}
        | ({"on": row[2]} if len(row) == 3 else {})
        for row in rows
    ]
    return COUNT.count(patient(facts), {drug: Evidence(f"drug.{drug}", None, None, "regimen") for drug in drugs})


# Resistant 0, susceptible 1, everything else 0 to 1, once for each active moiety.
CASES: list[tuple[list[str], list[Row], tuple[int, int]]] = [
    ([], [], (0, 0)),
    (["linezolid"], [], (0, 1)),
    (["isoniazid", "cycloserine"], [], (0, 2)),
    (["isoniazid", "cycloserine"], [("isoniazid", R)], (0, 1)),
    (["isoniazid", "cycloserine"], [("isoniazid", R), ("cycloserine", S)], (1, 1)),
    (["isoniazid", "cycloserine"], [("isoniazid", S), ("cycloserine", S)], (2, 2)),
    (["cycloserine", "terizidone"], [("cycloserine", S)], (1, 1)),
    (["cycloserine", "terizidone"], [("cycloserine", R)], (0, 0)),
    (["terizidone"], [("cycloserine", S)], (1, 1)),
    (["linezolid"], [("linezolid", I)], (0, 1)),
    (["levofloxacin"], [("fluoroquinolone", S)], (1, 1)),
    (["moxifloxacin"], [("fluoroquinolone", R)], (0, 0)),
    (["moxifloxacin"], [("fluoroquinolone", R), ("moxifloxacin", S)], (0, 0)),
    (["levofloxacin"], [("moxifloxacin", S)], (0, 1)),
    (["levofloxacin", "linezolid"], [("fluoroquinolone", S)], (1, 2)),
    (["isoniazid"], [("isoniazid_mutation", "katG")], (0, 0)),
    (["isoniazid"], [("isoniazid_mutation", "inhA"), ("isoniazid", S)], (0, 0)),
    (["isoniazid"], [("isoniazid_mutation", "none")], (0, 1)),
    (["rifapentine"], [("rifampin", S)], (0, 1)),
    (["rifampicin"], [("rifampin", S)], (1, 1)),
    (["linezolid"], [("linezolid", S), ("linezolid", R)], (0, 1)),
    (["linezolid"], [("linezolid", S), ("linezolid", R, "2026-09-01")], (0, 1)),
    (["linezolid"], [("linezolid", S), ("linezolid", R, "2024-01-01")], (0, 1)),
    (["linezolid"], [("linezolid", R), ("linezolid", S, "2026-09-01")], (0, 0)),
    (["linezolid"], [("linezolid", S, "2026-05-26")], (1, 1)),
    (["linezolid"], [("linezolid", S, "2026-05-25")], (0, 1)),
    (["linezolid"], [("linezolid", R, "2026-05-25")], (0, 1)),
    (["linezolid"], [("linezolid", S, "2026-12-01")], (0, 1)),
]


@pytest.mark.parametrize(("drugs", "rows", "ends"), CASES)
def test_the_count_is_the_range_of_what_may_work(drugs: list[str], rows: list[Row], ends: tuple[int, int]) -> None:
    assert counted(drugs, *rows).value == Interval(*ends)


def test_the_count_shows_the_results_and_names_those_to_ask_for() -> None:
    fact = counted(["levofloxacin", "linezolid", "bedaquiline"], ("linezolid", R), ("bedaquiline", S))
    assert fact.missing == ("fluoroquinolone_susceptibility", "levofloxacin_susceptibility")
    assert {piece.fact for piece in fact.because} == {
        EFFECTIVE_DRUGS, "linezolid_susceptibility", "bedaquiline_susceptibility",
    }  # fmt: skip


def test_a_count_that_is_settled_asks_nothing() -> None:
    fact = counted(["linezolid"], ("linezolid", S))
    assert (fact.value, fact.missing) == (exactly(1), ())


def test_an_earlier_resistance_is_shown_beside_the_susceptible_result_that_followed() -> None:
    fact = counted(["linezolid"], ("linezolid", S), ("linezolid", R, "2024-01-01"))
    words = sorted(str(piece.value) for piece in fact.because if piece.fact == "linezolid_susceptibility")
    assert words == [R, S]


def test_clavulanate_has_no_result_and_every_other_drug_has() -> None:
    named = {name for it in knowledge().facts.values() if it.speaks_of for name in it.speaks_of.drugs}
    moieties = {drug.moiety or drug.inn for drug in knowledge().drugs.values()}
    assert moieties - named == {"clavulanate"}


def test_an_open_rule_on_the_regimen_asks_for_the_results_after_the_questions_of_the_drugs() -> None:
    known = knowledge()
    person = patient({"pulmonary_tuberculosis": True, "medicines_complete": True}, ["linezolid", "bedaquiline"])
    screener = Screener(known, known.profile("us"))
    checks = [screener.screen(person, known.drugs[name]) for name in ("linezolid", "bedaquiline")]
    asked = find_questions(checks, known, company_findings(screener, person))
    assert asked[-1].facts == ("bedaquiline_susceptibility", "linezolid_susceptibility")
    assert "regimen.company.one-effective-drug" in asked[-1].decides
    assert asked[:-1] == find_questions(checks, known)


@pytest.mark.parametrize(
    ("rows", "works"),
    [
        ([("linezolid", S)], Effectiveness.SUSCEPTIBLE),
        ([("linezolid", R)], Effectiveness.RESISTANT),
        ([], Effectiveness.UNKNOWN),
    ],
)
def test_what_results_show_of_one_drug(rows: list[Row], works: Effectiveness) -> None:
    person = patient([{"id": f"{row[0]}_susceptibility", "value": row[1]} for row in rows])
    assert COUNT.of("linezolid", person) is works


def test_an_entry_of_the_list_is_evidence_for_the_count_unless_its_drug_is_resistant() -> None:
    person = patient([{"id": "linezolid_susceptibility", "value": R}, {"id": "bedaquiline_susceptibility", "value": S}])
    taken = {drug: Evidence(f"drug.{drug}", None, None, drug) for drug in ("linezolid", "bedaquiline", "isoniazid")}
    fact = COUNT.count(person, taken)
    assert [it.origin for it in fact.because if it.fact == EFFECTIVE_DRUGS] == ["bedaquiline", "isoniazid"]


def test_only_results_that_can_show_that_a_drug_works_and_are_not_known_are_asked_for() -> None:
    assert counted(["isoniazid"]).missing == ("isoniazid_susceptibility",)
    assert counted(["levofloxacin"], ("fluoroquinolone", I)).missing == ("levofloxacin_susceptibility",)
