"""Tables of guidelines as a pharmacist reads them: every one with its source, each row under whom it is for."""

import pytest

from fullcourse.adapters.documents.clauses import clauses_about, clauses_of
from fullcourse.adapters.published.statement import clause_json
from patients import knowledge

CLAUSES = clauses_of(knowledge())


def lines(name: str) -> dict[str, str]:
    return dict(CLAUSES[name].lines)


def test_every_table_of_the_knowledge_is_a_clause_with_its_source_and_section():
    doses, guidelines = knowledge().doses, knowledge().guidelines
    parts = (
        *(doses.tables, doses.limits, doses.products, guidelines.regimens, guidelines.constructions),
        *(guidelines.named, guidelines.criteria, guidelines.toxicities),
    )
    assert len(CLAUSES) == sum(map(len, parts))
    assert all(it.section and it.says and it.source in knowledge().sources for it in CLAUSES.values())


def test_every_row_of_a_table_of_doses_has_a_line_of_its_own():
    for table in knowledge().doses.tables.values():
        said = CLAUSES[f"dose table {table.id}"].lines
        rows = [words for label, words in said.items() if label == "everybody" or "kg" in label or " is " in label]
        assert len(rows) == len(table.bands), table.id


@pytest.mark.parametrize(
    ("name", "label", "words"),
    [
        (
            "dose table bedaquiline.dose.us-label",
            "from 30 kg, age is at least 12 years",
            (
                "400 mg (4 × tablet 100 mg) of bedaquiline, once a day, days 1 to 14; "
                "200 mg (2 × tablet 100 mg) of bedaquiline, on 3 days a week, from day 15"
            ),
        ),
        (
            "dose table cycloserine.dose.who-longer",
            "from 3 kg below 5 kg",
            (
                "25 mg (2 mL of 1 capsule 125 mg in 10 mL of water) or "
                "25 mg (1 mL of 1 capsule 250 mg in 10 mL of water) of cycloserine, once a day"
            ),
        ),
        (
            "dose table amikacin.dose.us-drug-card",
            "age is below 60 years, and age is at least 18 years",
            "15 mg/kg a day of amikacin, once a day, at most 1000 mg a day",
        ),
        (
            "dose table clofazimine.dose.msf",
            "from 5 kg below 10 kg (printed to 9 kg)",
            "50 mg (1 × capsule 50 mg) of clofazimine, on 3 days a week (mon, wed, fri)",
        ),
        (
            "dose table streptomycin.dose.us",
            "age is at least 18 years",
            (
                "15 mg/kg a day of streptomycin, once a day / or "
                "three times a week: 25 mg/kg a day of streptomycin, on 3 days a week"
            ),
        ),
        (
            "dose table ethambutol.dose.us-daily-children",
            "age is below 15 years, and body weight is at most 40 kg",
            "20 mg/kg a day, 15 to 25 mg/kg a day of ethambutol, once a day, at most 1600 mg a day",
        ),
        ("dose limit isoniazid.limit.us-daily", "at most", "300 mg a day"),
        ("dose limit amikacin.limit.us-over-59", "for", "age is at least 60 years"),
        (
            "product tablet HRZE 75/150/400/275 mg",
            "one tablet holds",
            "isoniazid 75 mg, rifampin 150 mg, pyrazinamide 400 mg, ethambutol 275 mg",
        ),
        (
            "regimen us-1-daily",
            "phase intensive",
            "8 weeks, 7 days a week, 56 doses, complete within 3 months, isoniazid, rifampin, pyrazinamide, ethambutol",
        ),
        ("criterion us-continuation.four-months", "while it is not known", "treatment begins"),
        ("construction of a regimen who-longer", "candidate terizidone", "group B, one of: cycloserine"),
        ("regimen that is only named us-bpalm", "named in", "us"),
        ("shared harm kidney-ear", "drugs", "amikacin, streptomycin"),
    ],
)
def test_a_line_is_said_as_the_source_has_it(name: str, label: str, words: str):
    assert lines(name)[label] == words


def test_a_drug_has_its_doses_its_regimens_and_what_asks_for_it():
    about = {(it.kind, it.id) for it in clauses_about(knowledge(), "amikacin")}
    assert ("dose table", "amikacin.dose.us-drug-card") in about
    assert ("construction of a regimen", "who-longer") in about
    assert ("criterion", "longer.amikacin-susceptible") in about
    assert ("criterion", "longer.streptomycin-susceptible") not in about
    assert ("regimen", "us-1-daily") not in about


def test_a_clause_is_written_with_where_it_comes_from():
    clause = CLAUSES["dose limit isoniazid.limit.us-daily"]
    written = clause_json(clause, knowledge().citation(clause))
    assert written["source"]["section"] == clause.section
    assert {"for": "at most", "gives": "300 mg a day"} in written["lines"]
