"""Drugs taken together: the others count, the drug itself does not, whatever product an ingredient comes in.

Longer than most, because it mirrors one module, and each way of saying that a drug is taken has its own case.
"""

from dataclasses import replace
from datetime import date

from fullcourse.clinical import Fact, Medicine, Patient, Record, Severity, Status, Taken, parse_moment
from fullcourse.screening.company import REGIMEN, Company, Pair, company_findings, with_regimen
from fullcourse.screening.screen import Screener
from small_knowledge import small, statement

CLASSES = """
[[class]]
id = "class.tb_drugs"
ingredients = ["exampline", "otherine", "thirdine", "uncoverine"]
source = "label"

[[class]]
id = "class.heart"
ingredients = ["exampline", "otherine", "thirdine", "outsidine"]
source = "label"

[[class]]
id = "class.tb_heart"
ingredients = ["exampline", "otherine", "thirdine"]
source = "label"
"""
GIVEN = "".join(
    f'[[fact]]\nid = "{name}"\nkind = "{kind}"\nlabel = "{name}"\n\n'
    for name, kind in {
        "effective_drugs_in_regimen": "given",
        "ingredient_in_two_products": "given",
        "medicines_complete": "state",
    }.items()
)
RESULTS = "".join(
    f"""
[[fact]]
id = "{name}_susceptibility"
kind = "choice"
label = "susceptibility to {name}"
values = ["susceptible", "resistant"]
speaks_of = {{ drugs = ["{name}"], susceptible = ["susceptible"], resistant = ["resistant"] }}
"""
    for name in ("exampline", "otherine", "thirdine")
)
AT = date(2026, 1, 1)


def drug(name: str, more: str = "") -> str:
    return f'[drug]\ninn = "{name}"\nlabel = "{name.title()}"\n{more}\n'


def taking(name: str, conditions: str, then: str = 'finding = "company", severity = "major"') -> str:
    return statement(f"when = [{conditions}]\nthen = {{ {then} }}", name)


def screener(*statements: str, regimen: str = "", moiety: str = "") -> Screener:
    known = small(
        drug("exampline") + "".join(statements),
        classes__more=CLASSES,
        facts__more=GIVEN + RESULTS,
        drugs__otherine=drug("otherine", moiety),
        drugs__thirdine=drug("thirdine"),
        guidelines__company=regimen,
    )
    return Screener(known, known.profile("us"))


def entry(*ingredients: str, name: str = "", origin: str = REGIMEN, taken: Taken = Taken.NOW, until=None) -> Medicine:
    ended = parse_moment(until, "until") if until else None
    return Medicine(name or "/".join(ingredients), ingredients, (), "name", taken, None, ended, origin)


def person(*medicines: Medicine, complete: bool | None = None, **values: object) -> Patient:
    facts = {"medicines_complete": Fact("medicines_complete", complete, missing=("medicines_complete",))}
    facts |= {name: Fact(name, value) for name, value in values.items()}
    return Patient(AT, facts, medicines, (), Record({}))


def shown(**results: str) -> dict[str, object]:
    return {f"{name}_susceptibility": result for name, result in results.items()}


def statuses(subject: Screener, *regimen: Medicine, **known: object) -> dict[str, Status]:
    found = Company(subject).findings(with_regimen(person(**known), regimen), proposed=True)
    return {finding.id: finding.status for finding in found}


def test_a_drug_is_checked_beside_the_others_and_never_beside_itself():
    own_class = taking(
        "exampline.interaction.heart", '{ taking = "class.heart" }', 'finding = "interaction", severity = "major"'
    )
    subject = screener(own_class)
    company, known = Company(subject), subject.knowledge
    pair, alone = [entry("exampline"), entry("otherine")], [entry("exampline")]
    for regimen, expected in ((pair, Status.APPLIES), (alone, Status.DOES_NOT_APPLY)):
        patient = with_regimen(person(complete=True), regimen)
        (finding,) = company.check(patient, known.drugs["exampline"], regimen).findings
        assert finding.status is expected
        assert [item.recorded for item in finding.because if item.fact == "class.heart"] == (
            ["otherine"] if expected is Status.APPLIES else []
        )


def test_the_rest_of_a_combination_stays_when_one_of_its_drugs_is_checked():
    own_class = taking(
        "exampline.interaction.heart", '{ taking = "class.heart" }', 'finding = "interaction", severity = "major"'
    )
    subject = screener(own_class)
    regimen = [entry("exampline", "otherine", name="Combo")]
    patient = with_regimen(person(complete=True), regimen)
    (finding,) = Company(subject).check(patient, subject.knowledge.drugs["exampline"], regimen).findings
    assert finding.status is Status.APPLIES


def test_a_pair_is_listed_once_with_what_both_files_say_and_silence_is_no_severity():
    one = taking(
        "exampline.interaction.o", '{ taking = "drug.otherine" }', 'finding = "interaction", severity = "major"'
    )
    two = taking(
        "otherine.interaction.e", '{ taking = "drug.exampline" }', 'finding = "interaction", severity = "minor"'
    )
    open_ = taking(
        "exampline.interaction.t",
        '{ taking = "drug.thirdine" }, { fact = "fits", is = true }',
        'finding = "interaction", severity = "major"',
    )
    subject = screener(one, open_, two)
    regimen = [entry(name) for name in ("thirdine", "otherine", "exampline")]
    patient = with_regimen(person(fits=None), regimen)
    company = Company(subject)
    checks = [company.check(patient, known, regimen) for known in subject.knowledge.drugs.values()]
    assert company.pairs(checks, ["thirdine", "otherine", "exampline"]) == (
        Pair(("exampline", "otherine"), Severity.MAJOR, ("exampline.interaction.o", "otherine.interaction.e"), ()),
        Pair(("exampline", "thirdine"), None, (), ("exampline.interaction.t",)),
        Pair(("otherine", "thirdine"), None, (), ()),
    )


def test_a_pair_with_a_drug_that_is_not_covered_is_listed_and_two_such_are_not():
    one = taking(
        "exampline.interaction.u", '{ taking = "drug.uncoverine" }', 'finding = "interaction", severity = "major"'
    )
    subject = screener(one)
    regimen = [entry("exampline"), entry("uncoverine"), entry("outsidine")]
    company = Company(subject)
    check = company.check(with_regimen(person(), regimen), subject.knowledge.drugs["exampline"], regimen)
    assert [pair.drugs for pair in company.pairs([check], ["exampline", "uncoverine", "outsidine"])] == [
        ("exampline", "outsidine"),
        ("exampline", "uncoverine"),
    ]


def test_a_stack_counts_ingredients_of_record_and_regimen_and_stays_open_below_its_number():
    stack = taking("regimen.company.stack", '{ taking = "class.heart", at_least = 3 }')
    subject = screener(regimen=stack)
    two = [entry("exampline"), entry("otherine")]
    company = Company(subject)

    def status(*recorded: Medicine, complete: bool | None = None) -> Status:
        patient = with_regimen(person(*recorded, complete=complete), two)
        return company.findings(patient, proposed=True)[0].status

    assert status(entry("outsidine", origin="MedicationStatement/1")) is Status.APPLIES
    assert status(entry("otherine", origin="MedicationStatement/1"), complete=True) is Status.DOES_NOT_APPLY
    assert status() is Status.CANNOT_ASSESS


def test_a_proposed_regimen_names_every_tb_drug_but_not_every_medicine():
    lacking = taking(
        "regimen.company.lacking", '{ taking = "drug.exampline" }, { taking = "drug.otherine", is = false }'
    )
    other = taking("regimen.company.heart", '{ taking = "class.tb_heart", at_least = 2 }')
    outside = taking("regimen.company.outside", '{ taking = "drug.outsidine", is = false }')
    subject = screener(regimen=lacking + other + outside)
    assert statuses(subject, entry("exampline")) == {
        "regimen.company.lacking": Status.APPLIES,
        "regimen.company.heart": Status.DOES_NOT_APPLY,
        "regimen.company.outside": Status.CANNOT_ASSESS,
    }
    recorded = person(entry("exampline", origin="MedicationRequest/1"))
    found = {it.id: it.status for it in company_findings(subject, recorded)}
    assert found["regimen.company.lacking"] is Status.CANNOT_ASSESS


def test_what_a_drug_says_of_company_is_judged_only_where_that_drug_is_taken():
    alone = taking("exampline.company.alone", '{ fact = "effective_drugs_in_regimen", at_most = 1 }')
    subject = screener(alone)
    assert statuses(subject, entry("exampline")) == {"exampline.company.alone": Status.APPLIES}
    both = (entry("exampline"), entry("otherine"))
    assert statuses(subject, *both) == {"exampline.company.alone": Status.CANNOT_ASSESS}
    assert statuses(subject, *both, **shown(exampline="susceptible", otherine="susceptible")) == {
        "exampline.company.alone": Status.DOES_NOT_APPLY
    }
    assert statuses(subject, entry("otherine")) == {}


def test_only_effective_drugs_that_are_taken_now_are_company():
    alone = taking("regimen.company.alone", '{ fact = "effective_drugs_in_regimen", at_most = 1 }')
    subject = screener(regimen=alone, moiety='moiety = "exampline"')
    both = (entry("exampline"), entry("thirdine"))
    works = shown(exampline="susceptible", thirdine="susceptible")
    assert statuses(subject, *both) == {"regimen.company.alone": Status.CANNOT_ASSESS}
    assert statuses(subject, *both, **works) == {"regimen.company.alone": Status.DOES_NOT_APPLY}
    assert statuses(subject, *both, **shown(exampline="resistant")) == {"regimen.company.alone": Status.APPLIES}
    assert statuses(subject, entry("exampline"), entry("otherine")) == {"regimen.company.alone": Status.APPLIES}
    for ended in (entry("thirdine", taken=Taken.PAST), entry("thirdine", until="2025-12-31")):
        assert statuses(subject, entry("exampline"), ended, **works) == {"regimen.company.alone": Status.APPLIES}
    assert statuses(subject, entry("exampline"), entry("thirdine", until="2026-01-01"), **works) == {
        "regimen.company.alone": Status.DOES_NOT_APPLY
    }


def test_a_rule_on_the_count_that_is_open_names_the_results_to_ask_for():
    alone = taking("regimen.company.alone", '{ fact = "effective_drugs_in_regimen", at_most = 1 }')
    subject = screener(regimen=alone)
    both = (entry("exampline"), entry("thirdine"))
    for known, missing in (({}, ("exampline_susceptibility", "thirdine_susceptibility")),
                           (shown(exampline="susceptible"), ("thirdine_susceptibility",)),
                           (shown(exampline="resistant"), ())):  # fmt: skip
        (finding,) = Company(subject).findings(with_regimen(person(**known), both), proposed=True)
        assert finding.missing == missing


def test_a_combination_beside_its_ingredient_is_found_and_two_records_of_one_product_are_not():
    twice = taking("regimen.company.twice", '{ fact = "ingredient_in_two_products", is = true }')
    subject = screener(regimen=twice)
    combination = entry("exampline", "otherine", name="Combo")
    order, refill = (entry("exampline", origin=f"MedicationRequest/{number}") for number in (1, 2))

    def because(*entries: Medicine) -> list[object]:
        (finding,) = Company(subject).findings(person(*entries))
        return [item.recorded for item in finding.because] if finding.status is Status.APPLIES else []

    assert because(combination, order) == ["Combo", "exampline"]
    assert because(order, refill) == []
    assert because(combination, entry("thirdine")) == []
    assert because(combination, entry("exampline", taken=Taken.PAST)) == []
    assert because(combination, entry("exampline", until="2025-12-31")) == []


def test_a_duplicate_of_the_checks_is_shown_once_for_the_regimen():
    double = taking(
        "exampline.duplicate.o", '{ taking = "drug.otherine" }', 'finding = "duplicate", severity = "contraindicated"'
    )
    subject = screener(double)
    regimen = [entry("exampline"), entry("otherine")]
    patient = with_regimen(person(), regimen)
    company = Company(subject)
    checks = [company.check(patient, known, regimen) for known in subject.knowledge.drugs.values()]
    assert [it.id for it in company.findings(patient, checks, proposed=True) if it.status is Status.APPLIES] == [
        "exampline.duplicate.o"
    ]


def test_a_window_holds_for_the_drug_on_the_other_side_too():
    pair = taking(
        "exampline.interaction.o",
        '{ any = [{ taking = "drug.otherine", within_days = 14 }, { taking = "drug.outsidine" }] }',
        'finding = "interaction", severity = "major"',
    )
    subject = screener(pair)
    for until, expected in (("2025-12-18", Status.APPLIES), ("2025-12-17", Status.DOES_NOT_APPLY)):
        ended = entry("exampline", taken=Taken.PAST, until=until)
        (finding,) = subject.screen(person(ended, complete=True), subject.knowledge.drugs["otherine"]).findings
        assert finding.status is expected


def test_a_proposed_regimen_names_the_companion_of_its_drugs_too():
    alone = 'when = [{ taking = "drug.exampline" }, { taking = "drug.companine", is = false }]\n'
    known = small(
        drug("exampline")
        + statement(alone + 'then = { finding = "company", severity = "major" }', "exampline.company.a"),
        classes__more=CLASSES,
        facts__more=GIVEN,
        drugs__companine=drug("companine"),
    )
    company = Company(Screener(known, known.profile("us")))

    def found(*regimen: Medicine) -> Status:
        return company.findings(with_regimen(person(), regimen), proposed=True)[0].status

    assert found(entry("exampline")) is Status.APPLIES
    assert found(entry("exampline"), entry("companine")) is Status.DOES_NOT_APPLY
    assert company.findings(with_regimen(person(), [entry("exampline")]))[0].status is Status.CANNOT_ASSESS


HEART = taking(
    "exampline.interaction.heart", '{ taking = "class.heart" }', 'finding = "interaction", severity = "major"'
)


def test_every_statement_on_company_is_judged_once():
    of_tb_drugs = taking("regimen.company.two", '{ taking = "class.tb_heart", at_least = 2 }')
    of_others = taking("regimen.company.outside", '{ taking = "drug.outsidine" }')
    company = Company(screener(regimen=of_tb_drugs + of_others))
    found = company.findings(with_regimen(person(), [entry("exampline")]), proposed=True)
    assert sorted(it.id for it in found) == ["regimen.company.outside", "regimen.company.two"]


def test_what_a_proposed_regimen_names_is_the_evidence_that_no_other_tb_drug_is_taken():
    lacking = taking("regimen.company.lacking", '{ taking = "drug.otherine", is = false }')
    company = Company(screener(regimen=lacking))
    (finding,) = company.findings(with_regimen(person(), [entry("exampline")]), proposed=True)
    (said,) = finding.because
    assert (said.value, said.recorded, said.origin) == (True, True, REGIMEN)


def test_what_the_statements_of_one_drug_say_beside_another_is_found_by_its_class_too():
    known = screener(HEART)
    company = Company(known)
    patient = person(entry("otherine"), complete=True)
    assert [it.id for it in company.beside(patient, "exampline", "otherine")] == ["exampline.interaction.heart"]
    assert company.beside(patient, "exampline", "uncoverine") == ()


def test_only_pairs_and_duplicates_that_may_hold_are_of_a_pair_and_only_of_those_a_class_means():
    caution = taking(
        "exampline.caution.o", '{ taking = "drug.otherine" }', 'finding = "caution", severity = "contraindicated"'
    )
    no = taking(
        "exampline.interaction.no",
        '{ taking = "drug.otherine" }, { fact = "fits", is = true }',
        'finding = "interaction", severity = "contraindicated"',
    )
    heart = taking(
        "exampline.interaction.tb", '{ taking = "class.tb_heart" }', 'finding = "interaction", severity = "minor"'
    )
    subject = screener(caution, no, heart)
    regimen = [entry("exampline"), entry("otherine"), entry("outsidine")]
    company = Company(subject)
    patient = with_regimen(person(complete=True, fits=False), regimen)
    check = company.check(patient, subject.knowledge.drugs["exampline"], regimen)
    assert company.pairs([check], ["exampline", "otherine", "outsidine"]) == (
        Pair(("exampline", "otherine"), Severity.MINOR, ("exampline.interaction.tb",), ()),
        Pair(("exampline", "outsidine"), None, (), ()),
    )


def test_a_drug_that_is_checked_is_taken_out_of_its_combination_and_the_others_stay():
    other = taking(
        "exampline.interaction.o", '{ taking = "drug.otherine" }', 'finding = "interaction", severity = "minor"'
    )
    itself = taking(
        "exampline.interaction.e", '{ taking = "drug.exampline" }', 'finding = "interaction", severity = "minor"'
    )
    subject = screener(HEART, other, itself)
    regimen = [entry("exampline", "otherine", name="Combo"), entry("exampline")]
    patient = with_regimen(person(complete=True), regimen)
    found = Company(subject).check(patient, subject.knowledge.drugs["exampline"], regimen).findings
    assert {it.id.rsplit(".", 1)[1]: it.status for it in found} == {
        "heart": Status.APPLIES,
        "o": Status.APPLIES,
        "e": Status.DOES_NOT_APPLY,
    }


def test_of_the_checks_only_duplicates_are_findings_on_the_regimen():
    subject = screener(HEART)
    regimen = [entry("exampline"), entry("otherine")]
    patient = with_regimen(person(complete=True), regimen)
    company = Company(subject)
    check = company.check(patient, subject.knowledge.drugs["exampline"], regimen)
    assert [it.id for it in check.findings] == ["exampline.interaction.heart"]
    assert company.findings(patient, [check], proposed=True) == []


def test_the_code_of_a_product_never_holds_a_drug_against_itself():
    heart = 'id = "class.heart"\ningredients = '
    coded = CLASSES.replace(
        f'{heart}["exampline", "otherine", "thirdine", "outsidine"]', f'{heart}["outsidine"]\natc = ["C01"]'
    )
    owner = drug("exampline", 'atc = "C01X"\nsources = { atc = "label" }')
    known = small(owner + HEART, classes__more=coded, facts__more=GIVEN)
    company, codes = Company(Screener(known, known.profile("us"))), (("atc", "C01X"),)

    def status(*regimen: Medicine) -> Status:
        patient = with_regimen(person(complete=True), regimen)
        (finding,) = company.check(patient, known.drugs["exampline"], regimen).findings
        return finding.status

    itself, other = (replace(entry(name), codes=codes) for name in ("exampline", "otherine"))
    assert status(itself) is Status.DOES_NOT_APPLY
    assert status(itself, other) is Status.APPLIES
    # The code of a combination is that of the whole, and says nothing of the drug that is left.
    assert status(itself, replace(entry("exampline", "otherine"), codes=codes)) is Status.DOES_NOT_APPLY


def test_a_product_of_the_drug_alone_is_left_out_with_what_its_name_suggests():
    hinting = CLASSES.replace('id = "class.heart"\n', 'id = "class.heart"\nnames = ["syrup"]\n')
    known = small(drug("exampline") + HEART, classes__more=hinting, facts__more=GIVEN)
    regimen = [entry("exampline", name="Exampline syrup")]
    patient = with_regimen(person(complete=True), regimen)
    check = Company(Screener(known, known.profile("us"))).check(patient, known.drugs["exampline"], regimen)
    assert [it.status for it in check.findings] == [Status.DOES_NOT_APPLY]


def test_of_what_holds_for_a_regimen_what_another_source_leads_on_comes_last():
    sources = '[[source]]\nid = "other"\ntitle = "T"\nissuer = "I"\naddress = "a"\ntier = "B"\n'
    leads = '[[profile]]\nid = "who"\nlabel = "W"\nbecause = "t"\n[[point]]\nid = "p"\nleads = { who = "other" }\n'
    strict = taking("regimen.company.strict", '{ taking = "drug.exampline" }')
    mild = taking("regimen.company.mild", '{ taking = "drug.exampline" }', 'finding = "company", severity = "minor"')
    known = small(
        drug("exampline"),
        classes__more=CLASSES,
        facts__more=GIVEN,
        sources__more=sources,
        profiles__more=leads + 'because = "t"\n',
        guidelines__company=strict + mild.replace('source = "label"', 'source = "other"'),
    )

    def order(profile: str) -> list[str]:
        found = Company(Screener(known, known.profile(profile))).findings(person(entry("exampline")))
        return [it.id.rsplit(".", 1)[1] for it in found]

    assert order("us") == ["strict", "mild"]
    assert order("who") == ["mild", "strict"]
