"""Every line of FDA's rules is a rule here, executed or with its reason; the samples pass; each change is found."""

import csv
from copy import deepcopy
from datetime import date

import pytest

from e2b_files import SAMPLES, SCENARIO_1, SCENARIO_2
from fullcourse.adapters.e2b.checking.rules import check, receiver_of, rules
from fullcourse.adapters.e2b.read import read_file
from fullcourse.adapters.e2b.sections import Null, Section

TODAY = date(2026, 11, 29)
SAMPLE_1 = read_file(SCENARIO_1.read_bytes()).batch


def rows() -> dict[int, str]:
    """Return the number of each line of FDA's list that is a rule, with FDA's number of the error."""
    with (SAMPLES / "rejection_warning_rules.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    general, listed = lines[:6], enumerate(lines[7:], start=8)
    assert all(line[0].startswith("Generic error message") for line in general)
    return {
        **dict.fromkeys(range(1, 7), ""),
        **{row: line[5].strip() for row, line in listed if line[2].strip() or line[5]},
    }


def test_executed_and_not_executed_are_all_lines_of_the_list():
    executed = {rule.row for rule in rules() if rule.row and not rule.not_executed}
    left = {rule.row for rule in rules() if rule.not_executed}
    assert executed & left == set()
    assert executed | left == set(rows())
    assert (len(executed), len(left)) == (123, 5)


def test_each_rule_has_the_number_and_severity_that_the_list_gives_it():
    with (SAMPLES / "rejection_warning_rules.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    listed = [rule for rule in rules() if rule.row > 7]
    assert listed
    for rule in listed:
        line = lines[rule.row - 1]
        assert rule.id == rows()[rule.row]
        assert rule.severity == ("rejection" if line[3].strip() else "warning")
        assert bool(line[3].strip()) != bool(line[4].strip())


def test_what_is_not_executed_says_why():
    left = [rule for rule in rules() if rule.not_executed]
    assert {rule.id for rule in left} == {"R0105", "R0106", "W0012", "W0009", "W0008"}
    assert all(rule.when == rule.demand == () and not rule.check for rule in left)


@pytest.mark.parametrize("path", [SCENARIO_1, SCENARIO_2], ids=["scenario-1", "scenario-2"])
def test_the_samples_of_fda_pass_the_rules_of_fda(path):
    batch = read_file(path.read_bytes()).batch
    assert receiver_of(batch) == "fda"
    (order,) = check(batch, "fda", TODAY)
    assert (order.rules, order.severity) == (("ICH-order",), "warning")
    assert "C.1.2 ('20140714151617-0500') lies before C.1.5" in order.what  # in the sample it does


def ids(batch: Section, receiver: str = "fda", as_of: date = TODAY) -> set[str]:
    return {name for finding in check(batch, receiver, as_of) for name in finding.rules} - {"ICH-order"}


def put(place: str, **values: str | Null | None) -> Section:
    """Return Scenario 1 with other elements in one place: ``""`` for the batch, ``G.k/G.k.4.r`` for the first dose."""
    batch = deepcopy(SAMPLE_1)
    section = batch
    for group in place.split("/") if place else []:
        section = section.repeated(group)[0] if section.repeated(group) else section.add(group)
    for number, value in values.items():
        if value is None:
            section.values.pop(number.replace("_", "."), None)
        else:
            section.values[number.replace("_", ".")] = value
    return batch


M = "N.2.r"
CASES = [
    # place, elements, the rule that FDA's list names for it
    ("", {"N_1_2": None}, "general-required"),
    (M, {"C_1_1": "   "}, "general-required"),
    (M, {"D_1": None}, "general-required"),
    (f"{M}/E.i", {"E_i_7": None}, "general-required"),
    (f"{M}/E.i", {"E_i_7": "9"}, "general-codes"),
    (M, {"C_1_7": "yes"}, "general-codes"),
    (f"{M}/E.i", {"E_i_3_2a": "false"}, "general-codes"),
    (M, {"D_1": "x" * 61}, "general-length"),
    (M, {"H_1": "x" * 100_001}, "general-length"),
    (M, {"C_1_5": "20261130"}, "general-future"),
    (M, {"D_2_1": "200106"}, "general-day"),
    (M, {"C_1_2": "20261129"}, "general-second"),
    ("", {"N_1_4": "ZZFDA_PREMKT"}, "R0004"),
    (M, {"N_2_r_3": "CDER_IND"}, "R0006"),
    (M, {"N_2_r_2": "somebody else"}, "R0100"),
    (M, {"C_1_6_1": "true"}, "R0009"),
    (M, {"C_1_7": Null("NI")}, "R0011"),
    (M, {"FDA.C_1_7_1": "4"}, "R0014"),
    (M, {"FDA.C_1_12": "true", "FDA.C_1_7_1": "2"}, "R0012"),
    (M, {"C_1_7": "false"}, "R0015"),
    (M, {"C_1_9_1": "true"}, "R0017"),
    (f"{M}/C.1.9.1.r", {"C_1_9_1_r_1": "a clinic"}, None),
    (M, {"C_1_11_1": "1"}, "R0101"),
    (M, {"C_1_11_1": "1"}, "C.1.11.2"),
    (f"{M}/C.2.r", {"C_2_r_3": None}, "R0019"),
    (f"{M}/C.2.r", {"C_2_r_4": None}, "R0020"),
    (f"{M}/C.2.r", {"C_2_r_5": None}, "R0021"),
    (f"{M}/C.2.r", {"FDA.C_2_r_2_8": None}, "general-required"),
    (M, {"C_3_2": None}, "R0022"),
    (M, {"C_1_3": "2"}, "R0023"),
    (M, {"C_5_4": "1"}, "R0103"),
    (M, {"D_2_2a": None}, "R0029"),
    (M, {"D_2_2b": None}, "R0030"),
    (M, {"D_7_2": None}, "R0035"),
    (f"{M}/D.8.r", {"D_8_r_1": None}, "R0036"),
    (M, {"D_9_1": "2022"}, "R0045"),
    (M, {"D_10_4": "60"}, "R0051"),
    (M, {"D_1": "AGGREGATE"}, "W0001"),
    (M, {"D_1": Null("NA")}, "W0003"),
    (M, {"D_1": Null("NA")}, "W0004"),
    (f"{M}/E.i", {"E_i_1_1a": "fits"}, "R0058"),
    (f"{M}/E.i", {"E_i_6a": "3"}, "R0060"),
    (f"{M}/F.r", {"F_r_2_1": "level"}, "R0061"),
    (f"{M}/F.r", {"F_r_1": "2022"}, "R0062"),
    (f"{M}/F.r", {"F_r_1": "2022", "F_r_2_2b": "10027940"}, "R0063"),
    (f"{M}/F.r", {"F_r_1": "2022", "F_r_2_2b": "10027940"}, "R0065"),
    (f"{M}/F.r", {"F_r_3_2": "5"}, "R0067"),
    (f"{M}/G.k", {"G_k_1": "2"}, "W0005"),
    (f"{M}/G.k", {"G_k_3_2": None}, "R0074"),
    (f"{M}/G.k/G.k.4.r", {"G_k_4_r_1a": "500"}, "R0075"),
    (f"{M}/G.k/G.k.4.r", {"G_k_4_r_2": "1"}, "R0076"),
    (f"{M}/G.k/G.k.7.r", {"G_k_7_r_2b": "10027940"}, "R0083"),
    (f"{M}/G.k/G.k.9.i", {"G_k_9_i_3_1a": "3"}, "R0089"),
    (M, {"FDA.C_1_7_1": "5"}, "R0092"),
    (M, {"FDA.C_1_12": "true"}, "R0094"),
    (f"{M}/H.3.r", {"H_3_r_1b": "10027940"}, "R0097"),
    (f"{M}/H.5.r", {"H_5_r_1a": "resumen"}, "R0099"),
    (M, {"D_5": Null("NI")}, "ICH-null"),
    (f"{M}/E.i", {"E_i_2_1b": "1002794"}, "ICH-meddra"),
    (f"{M}/E.i", {"E_i_2_1a": "26.1"}, "ICH-meddra"),
    (M, {"D_3": "sixty"}, "ICH-kind"),
    (M, {"D_6": "2022-06-15"}, "ICH-kind"),
    (f"{M}/G.k/G.k.9.i", {"G_k_9_i_1": "no reaction"}, "ICH-pointer"),
]


@pytest.mark.parametrize(("place", "values", "rule"), CASES, ids=[f"{i}-{case[2]}" for i, case in enumerate(CASES)])
def test_each_change_of_the_sample_is_found_by_its_rule(place, values, rule):
    found = ids(put(place, **values))
    assert (rule in found) if rule else (found == set())


def test_all_that_is_wrong_is_said_and_says_where_and_what_to_do():
    batch = put(f"{M}/G.k/G.k.4.r", G_k_4_r_1a="500")
    (finding,) = [one for one in check(batch, "fda", TODAY) if one.severity == "rejection"]
    assert finding.place == "G.k[1]/G.k.4.r[1]"
    assert finding.element == "G.k.4.r.1b"
    assert "because G.k.4.r.1a is given" in finding.what
    assert finding.mend == "Give G.k.4.r.1b (Dose (unit))."


def test_rules_that_say_the_same_of_one_place_stand_together():
    batch = put(f"{M}/F.r", F_r_1="2022", F_r_2_2b="10027940", F_r_2_2a="25.0")
    assert {"R0065", "R0066", "R0068"} <= ids(batch)
    batch = put(M, N_2_r_3="CDER_IND")
    assert len(check(batch, "fda", TODAY)) == len(
        {(one.severity, one.place, one.what) for one in check(batch, "fda", TODAY)}
    )


def test_no_suspect_drug_is_no_report():
    batch = deepcopy(SAMPLE_1)
    for drug in batch.repeated(M)[0].repeated("G.k"):
        drug.values["G.k.1"] = "2"
    assert "R0069" in ids(batch)


@pytest.mark.parametrize("values", [{"D_1": "Real Name" * 9}, {"D_2_1": "1985.06.15"}, {"D_2_1": "20290615"}])
def test_what_could_tell_who_a_patient_is_is_not_repeated_in_a_finding(values):
    said = " ".join(finding.what + finding.mend for finding in check(put(M, **values), "fda", TODAY))
    assert "D." in said
    assert not any(value in said for value in values.values())


@pytest.mark.parametrize("group", ["E.i", "G.k"])
def test_a_report_without_reaction_or_drug_is_rejected_by_everybody(group):
    batch = deepcopy(SAMPLE_1)
    del batch.repeated(M)[0].groups[group]
    assert "general-required" in ids(batch, "ich")


def test_ich_asks_nothing_that_is_fdas_alone():
    batch = put(M, **{"FDA.C_1_7_1": None, "FDA.C_1_12": None, "N_2_r_3": "XX"})
    batch.values["N.1.4"] = "XX"
    assert receiver_of(batch) == "ich"
    assert ids(batch, "ich") == set()
    assert {"general-required", "R0004"} <= ids(batch, "fda")


@pytest.mark.parametrize(
    ("first", "second", "is_found"),
    [("20260102", "20260101", True), ("20260101", "20260101", False), ("2026", "20260101", False)],
)
def test_an_end_before_its_start_is_a_warning_as_far_as_both_are_exact(first, second, is_found):
    batch = put(f"{M}/E.i", E_i_4=first, E_i_5=second)
    found = [one for one in check(batch, "fda", TODAY) if one.element == "E.i.5"]
    assert [one.severity for one in found] == (["warning"] if is_found else [])


@pytest.mark.parametrize(
    ("text", "is_date"),
    [("2026", True), ("20260229", False), ("20280229", True), ("202613", False), ("20260101120000+0100", True),
     ("20260101250000", False), ("20260101120000.123-0500", True),
     ("01012026", False), ("", False), ("2026-01-01", False)],
)  # fmt: skip
def test_a_date_is_read_strictly(text, is_date):
    found = ids(put(M, D_6=text or " "))
    assert ("ICH-kind" in found) is not is_date
