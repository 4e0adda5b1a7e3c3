"""By which statements a drug is known for a symptom, and for whom nobody has looked."""

from fullcourse.pharmacovigilance.known_reactions import known_reactions
from patients import knowledge


def ids(drug: str, symptom: str) -> list[str]:
    return [it.statement for it in known_reactions(knowledge(), drug, symptom)]


def test_a_statement_of_the_drugs_own_file_names_it_with_its_source():
    (first, *_) = known_reactions(knowledge(), "cycloserine", "symptom_seizure")
    assert (first.statement, first.citation.tier) == ("cycloserine.triage.seizure", "B")


def test_neither_another_drug_nor_an_unknown_one_nor_no_symptom_is_named():
    assert ids("pyrazinamide", "symptom_seizure") == []
    assert ids("", "symptom_seizure") == []
    assert ids("cycloserine", "") == []
    assert ids("phenytoin", "symptom_seizure") == []


def test_a_drug_of_two_words_is_found_by_its_own_statements():
    assert all(it.startswith("p-aminosalicylic-acid.") for it in ids("p-aminosalicylic acid", "symptom_jaundice"))
    assert ids("p-aminosalicylic acid", "symptom_jaundice")
