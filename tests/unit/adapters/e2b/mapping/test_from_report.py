"""From a report to E2B: FDA's first scenario told as an input, and what becomes of each thing that is known or not."""

from datetime import UTC, date, datetime

import pytest

from e2b_files import SAMPLES, SCENARIO_1
from fullcourse.adapters.e2b.checking.rules import check
from fullcourse.adapters.e2b.mapping.from_report import Parties, from_report
from fullcourse.adapters.e2b.read import read_file
from fullcourse.adapters.e2b.sections import Null, Section, walk
from fullcourse.adapters.e2b.write import write_file
from reports import WHOLE, drafted

MADE_AT = datetime(2026, 11, 20, tzinfo=UTC)
FDA = Parties("fda", "4567AB89012")
ICH = Parties("ich", "CLINIC", "CENTRE")

DIFFERENT = {
    # Elements that the sample and the report told as an input do not share, each with the reason.
    "N.1.2": "a number of the file",
    "N.1.5": "when the file was made",
    "N.2.r.1": "a number of the message",
    "N.2.r.4": "when the message was made",
    "C.1.2": "when the report was made",
    "C.1.4": "an input names a day, the sample a second",
    "C.1.5": "an input names a day, the sample a second",
    "FDA.C.1.12": "an input does not say whether a product is a combination: no information",
    "H.1": "white space at the end of an input is none",
    "D.8.r.1": "past drugs come from a record, and none stands beside this input",
    "D.8.r.2a": "likewise",
    "D.8.r.2b": "likewise",
    "E.i.1.1a": "the words are French, so they stand as reported; the sample has them as the translation",
    "E.i.1.1b": "likewise",
    "E.i.1.2": "likewise",
    "E.i@id": "an id that is made",
    "G.k@id": "an id that is made",
    "G.k.9.i.1": "an id that is made",
    "G.k.2.1.1a": "an input has no version of a product's number",
    "G.k.2.1.1b": "the number of Drug B has not the form of an NDC, and is left out by name",
    "G.k.2.3.r.1": "Ingredient A and B are no substances that are known here",
    "G.k.4.r.10.2a": "an input has the route in words, and no term of EDQM",
    "G.k.4.r.10.2b": "likewise",
    "G.k.4.r.4": "an input without a start does not say that it was asked for",
}


def mapped(text: str, parties: Parties = FDA) -> Section:
    return from_report(drafted(text), parties, MADE_AT).batch


def message(text: str, parties: Parties = FDA) -> Section:
    return mapped(text, parties).repeated("N.2.r")[0]


def whole(*changes: tuple[str, str]) -> str:
    text = WHOLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def told(batch: Section) -> dict[tuple[str, str], str]:
    """Return the elements by their places; an assessment by its reaction, since the order of a pair says nothing."""
    for drug in batch.repeated("N.2.r")[0].repeated("G.k"):
        order = [one.values["E.i@id"] for one in batch.repeated("N.2.r")[0].repeated("E.i")]
        drug.repeated("G.k.9.i").sort(key=lambda pair: order.index(pair.values["G.k.9.i.1"]))
    return {(place, number): str(value) for place, number, value in walk(batch)}


def test_ours_is_fdas_first_scenario_but_for_what_an_input_cannot_say():
    text = (SAMPLES / "scenario-1-report.toml").read_text(encoding="utf-8")
    theirs, ours = told(read_file(SCENARIO_1.read_bytes()).batch), told(mapped(text))
    differing = {key for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)}
    assert {number for _, number in differing} == set(DIFFERENT)
    same = [key for key in theirs if theirs[key] == ours.get(key)]
    assert len(same) >= 108


def test_ours_passes_the_rules_that_the_scenario_passes():
    batch = mapped((SAMPLES / "scenario-1-report.toml").read_text(encoding="utf-8"))
    assert check(batch, "fda", date(2026, 11, 20)) == ()


def test_what_is_made_is_read_back_as_it_was_made():
    batch = mapped((SAMPLES / "scenario-1-report.toml").read_text(encoding="utf-8"))
    reading = read_file(write_file(batch))
    assert reading.batch == batch
    assert reading.unread == ()


def test_all_33_elements_of_ich_stand_in_a_whole_report():
    sender = ('type = "health professional"', 'type = "health professional"\norganisation = "Clinic"')
    text = whole(("words =", 'language = "eng"\nwords ='), sender)
    assert check(mapped(text, ICH), "ich", date(2026, 11, 20)) == ()


def test_the_same_report_has_the_same_numbers_and_another_has_others():
    first, second = mapped(WHOLE), mapped(WHOLE)
    assert first == second
    assert mapped(whole(("A fit", "Two fits"))).values["N.1.2"] != first.values["N.1.2"]


@pytest.mark.parametrize(
    ("answer", "value"), [("true", "true"), ("false", Null("NI")), ('"unknown"', Null("NI")), (None, Null("NI"))]
)
def test_a_criterion_of_seriousness_is_yes_or_no_information(answer, value):
    line = "" if answer is None else f"disability = {answer}"
    reaction = message(whole(("disability = false", line))).repeated("E.i")[0]
    assert reaction.values["E.i.3.2d"] == value


@pytest.mark.parametrize(
    ("old", "new", "element", "value"),
    [
        ("expedited = true", "", "C.1.7", Null("NI")),
        ("expedited = true", "expedited = false", "C.1.7", "false"),
        ("expedited = true", "", "FDA.C.1.7.1", None),
        ("expedited = true", "expedited = false", "FDA.C.1.7.1", "2"),
        ("has_documents = false", "", "C.1.6.1", None),
        ('kind = "spontaneous"', "", "C.1.3", None),
        ('kind = "spontaneous"', 'kind = "unknown"', "C.1.3", "4"),
        ("first_received = 2026-11-05", 'first_received = "2026-11"', "C.1.4", "202611"),
        ("most_recent = 2026-11-05", "", "C.1.5", None),
        ('type = "health professional"', "", "C.1.8.2", None),
        ('type = "health professional"', 'type = "regulatory authority"', "C.1.8.2", "1"),
        ('type = "health professional"', 'type = "health professional"', "C.1.8.2", "2"),
        ('id = "ZA-CLINIC-1"', 'id = "ZA-CLINIC-1"\nworldwide_id = "ZA-X-2"', "C.1.8.1", "ZA-X-2"),
        ('id = "ZA-CLINIC-1"', 'id = "ZA-CLINIC-1"\nworldwide_id = "ZA-X-2"', "C.1.8.2", None),
        ('id = "ZA-CLINIC-1"', "", "C.1.1", None),
        ('sex = "female"', "", "D.5", None),
        ('sex = "female"', 'initials = "X.Y."', "D.1", "X.Y."),
        ('sex = "female"', 'sex = "female"', "D.1", Null("UNK")),
        ('sex = "female"', 'record_number = "17"', "D.1", Null("MSK")),
        ('sex = "female"', "no_history = true", "D.7.2", "None"),
        ('sex = "female"', 'sex = "female"', "D.7.2", Null("UNK")),
        ('sex = "female"', "died_on = 2026-11-10", "D.9.3", Null("UNK")),
        ('sex = "female"', 'sex = "female"', "D.9.3", None),
        ('sex = "female"', 'ethnicity = "Hispanic/Latino"', "FDA.D.12", "C17459"),
        ('sex = "female"', 'sex = "female"', "FDA.D.12", Null("UNK")),
    ],
)
def test_what_nobody_said_is_left_out_or_says_so_and_is_never_made_up(old, new, element, value):
    assert message(whole((old, new))).values.get(element) == value


def test_a_missing_outcome_is_unknown_and_a_missing_term_stays_missing():
    reaction = message(
        whole(('outcome = "recovered"', ""), ('meddra_version = "27.1"', ""), ('meddra_llt_code = "10039906"', ""))
    ).repeated("E.i")[0]
    assert reaction.values["E.i.7"] == "0"
    assert not {"E.i.2.1a", "E.i.2.1b"} & set(reaction.values)


@pytest.mark.parametrize(
    ("old", "new", "element", "value"),
    [
        ('qualification = "physician"', 'qualification = "consumer"', "C.2.r.4", "5"),
        ('qualification = "physician"', "", "C.2.r.4", Null("UNK")),
        ('country = "ZA"', "", "C.2.r.3", Null("UNK")),
        ('country = "ZA"', 'country = "ZA"\nfamily_name = "Xaba"', "C.2.r.1.4", "Xaba"),
        ('country = "ZA"', 'country = "ZA"\nfamily_name = "Xaba"\nwithhold_identity = true', "C.2.r.1.4", Null("MSK")),
        ('country = "ZA"', 'country = "ZA"\nfamily_name = "Xaba"\nwithhold_identity = true', "C.2.r.3", "ZA"),
        ('country = "ZA"', 'country = "ZA"\nwithhold_identity = true', "C.2.r.1.4", None),
    ],
)
def test_the_reporter_is_as_told_and_masked_where_asked(old, new, element, value):
    assert message(whole((old, new))).repeated("C.2.r")[0].values.get(element) == value


def test_a_masked_reporter_is_named_nowhere_in_the_file():
    text = whole(
        ('country = "ZA"', 'country = "ZA"\nfamily_name = "Xaba"\ntelephone = "+2700"\nwithhold_identity = true')
    )
    data = write_file(mapped(text))
    assert b"Xaba" not in data
    assert b"+2700" not in data


def test_suspects_stand_first_and_their_facts_point_at_the_right_reaction():
    text = (
        whole(
            (
                '[[drug]]\nname = "cycloserine"',
                '[[drug]]\nname = "bedaquiline"\nrole = "concomitant"\n[[drug]]\nname = "cycloserine"',
            )
        )
        + '[[challenge]]\ndrug = "cycloserine"\ngiven_again = false\nimproved = true\n'
        + '[[assessment]]\ndrug = "cycloserine"\nby = "TB physician"\nmethod = "WHO-UMC"\nresult = "probable"\n'
    )
    draft = from_report(drafted(text), FDA, MADE_AT)
    first, second = draft.batch.repeated("N.2.r")[0].repeated("G.k")
    assert (first.values["G.k.2.2"], second.values["G.k.2.2"]) == ("cycloserine", "bedaquiline")
    (pair,) = first.repeated("G.k.9.i")
    assert pair.values["G.k.9.i.3.1a"] == "14"
    assert pair.values["G.k.9.i.4"] == "4"
    assert pair.repeated("G.k.9.i.2.r")[0].values["G.k.9.i.2.r.3"] == "probable"
    assert any("abated" in it for it in draft.left_out)
    assert second.repeated("G.k.9.i") == []


@pytest.mark.parametrize(
    ("test", "values"),
    [
        ('value = 36\nunit = "mg/L"\nlow = "20"\nhigh = "35"',
         {"F.r.3.2": "36", "F.r.3.3": "mg/L", "F.r.4": "20", "F.r.5": "35"}),
        ('value = 118\nunit = "µmol/L"', {"F.r.3.2": "118", "F.r.3.3": "umol/L"}),
        ('words = "spikes on the left"', {"F.r.3.4": "spikes on the left"}),
        ('words = "x"\non = 2026-11-04', {"F.r.1": "20261104"}),
        ('words = "x"', {"F.r.1": Null("UNK")}),
    ],
)  # fmt: skip
def test_a_test_has_its_number_or_its_words(test, values):
    section = message(f'{WHOLE}[[test]]\nname = "EEG"\n{test}\n').repeated("F.r")[0]
    assert {number: section.values.get(number) for number in values} == values


def test_a_history_without_a_term_stands_in_words_and_with_one_by_its_code():
    term = 'meddra_version = "27.1"\nmeddra_llt_code = "10015037"'
    coded = f'[[history]]\nwords = "epilepsy"\ncontinuing = true\nsince = "2019"\n{term}\n'
    report = message(f'{WHOLE}{coded}[[history]]\nwords = "gout"\n')
    assert report.repeated("D.7.1.r")[0].values == {
        "D.7.1.r.1a": "27.1",
        "D.7.1.r.1b": "10015037",
        "D.7.1.r.2": "2019",
        "D.7.1.r.3": "true",
        "D.7.1.r.5": "epilepsy",
    }
    assert report.values["D.7.2"] == "gout"


def test_what_e2b_cannot_hold_is_named():
    product = 'manufacturer = "M"\naction_on = 2026-11-03\nadditional = ["overdose", "cold chain"]'
    text = whole(
        ('country = "ZA"', 'country = "ZA"\noccupation = "TB nurse"'),
        ('sex = "female"', 'sex = "female"\npregnant = true\nrace = ["Martian"]\nheight_cm = 160.5'),
        ('role = "suspect"', f'role = "suspect"\n{product}'),
    )
    draft = from_report(drafted(text), FDA, MADE_AT)
    for words in ("occupation", "pregnant", "Martian", "millimetre", "manufacturer", "2026-11-03"):
        assert any(words in it for it in draft.left_out), words
    drug = draft.batch.repeated("N.2.r")[0].repeated("G.k")[0]
    assert drug.repeated("G.k.10.r")[0].values["G.k.10.r"] == "2"
    assert drug.values["G.k.11"] == "cold chain"


def test_ich_has_nothing_of_fdas():
    assert not [number for _, number, _ in walk(mapped(WHOLE, ICH)) if number.startswith("FDA.")]
    assert mapped(WHOLE, ICH).values["N.1.4"] == "CENTRE"
    assert mapped(WHOLE).values["N.1.4"] == "ZZFDA"


def test_a_report_of_nothing_is_rejected_for_everything_that_it_lacks():
    findings = check(mapped("", ICH), "ich", date(2026, 11, 20))
    lacking = {finding.element for finding in findings if finding.severity == "rejection"}
    assert {"C.1.1", "C.1.3", "C.1.4", "C.1.5", "C.1.6.1", "C.3.1", "E.i.2.1a", "G.k.1", "H.1", "C.2.r.5"} <= lacking
