"""A severe rule that rests on secondary pages alone is shown as such; one that an official text backs is not."""

from dataclasses import replace

import pytest

from fullcourse.clinical.finding import Finding, Severity
from fullcourse.screening.screen import Screener
from patients import knowledge, patient


def finding(name: str, medicine: str) -> Finding:
    known = knowledge()
    check = Screener(known, known.profile("us")).screen(patient(medicines=[medicine]), known.drugs[name.split(".")[0]])
    return next(it for it in check.findings if it.id == name)


@pytest.mark.parametrize(
    ("name", "medicine", "is_alone"),
    [
        ("rifampin.interaction.ticagrelor", "ticagrelor", True),
        ("rifampin.interaction.clozapine", "clozapine", True),
        ("rifapentine.interaction.praziquantel", "praziquantel", True),
        ("rifampin.interaction.antiretrovirals-excluded", "bictegravir", False),
        ("rifampin.interaction.halothane", "halothane", False),
        ("rifampin.interaction.voriconazole", "voriconazole", False),
        ("cycloserine.interaction.tramadol", "tramadol", False),
    ],
)
def test_only_what_is_severe_and_secondary_says_so(name: str, medicine: str, is_alone: bool):
    assert finding(name, medicine).tier_c_alone is is_alone


def test_every_severe_statement_of_tier_c_says_so_unless_another_source_backs_it():
    known = knowledge()
    screener = Screener(known, known.profile("us"))
    person = patient()
    alone = 0
    for drug in known.drugs.values():
        by_point: dict[str, list[Finding]] = {}
        findings = screener.screen(person, drug).findings
        for it in findings:
            by_point.setdefault(known.statements[it.id].point, []).append(it)
        for it in findings:
            if it.tier_c_alone:
                alone += 1
                assert it.severity >= Severity.MAJOR
                assert {citation.tier for citation in it.citations} == {"C"}
                others = [other for other in by_point[known.statements[it.id].point] if other.severity >= it.severity]
                assert all(citation.tier == "C" for other in others for citation in other.citations), it.id
    assert alone


def test_a_backed_rule_loses_the_mark_without_its_backing():
    known = knowledge()
    name = "linezolid.caution.optic-neuritis-stop"
    source = known.statements[name].source
    weaker = replace(known, sources={**known.sources, source: replace(known.sources[source], tier="C")})
    person = patient({"optic_neuritis": True})
    for given, is_alone in ((known, False), (weaker, True)):
        check = Screener(given, given.profile("us")).screen(person, given.drugs["linezolid"])
        assert next(it for it in check.findings if it.id == name).tier_c_alone is is_alone
