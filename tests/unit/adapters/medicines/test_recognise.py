"""What a product is said to be: by code, by name, by both, and when they disagree."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullcourse.adapters.medicines import Recognition, load_vocabulary, recognise

DATA = Path(__file__).parents[3] / "data" / "synthea-bulk-10" / "medicine-names.tsv"
ROWS = [tuple(line.split("\t")) for line in DATA.read_text(encoding="utf-8").splitlines()[1:]]

RXNORM_STYLE = {
    "Hydrochlorothiazide 25 MG Oral Tablet": ("hydrochlorothiazide",),
    "Carbamazepine[Tegretol]": ("carbamazepine",),
    "Clonazepam [Klonopin]": ("clonazepam",),
    "{28 (Ethinyl Estradiol 0.035 MG / Norethindrone 0.5 MG Oral Tablet) } Pack": (
        "ethinyl estradiol",
        "norethindrone",
    ),
    "{21 (ethinyl estradiol 0.03 MG / levonorgestrel 0.15 MG Oral Tablet) / 7 (inert ingredients 1 MG Oral Tablet) } "
    "Pack [Levora 0.15/30 28 Day]": ("ethinyl estradiol", "levonorgestrel"),
    "{1 (30 ML) (hydrocortisone 20 MG/ML Topical Lotion) / 1 (118 ML) (salicylic acid 20 MG/ML Medicated Shampoo) } "
    "Pack": ("hydrocortisone", "salicylic acid"),
    "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet": ("metformin",),
    "1 ML Enoxaparin sodium 150 MG/ML Prefilled Syringe": ("enoxaparin",),
    "Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet": ("acetaminophen", "hydrocodone"),
    "NITROFURANTOIN, MACROCRYSTALS 50 MG": ("nitrofurantoin",),
    "amoxicillin 250 MG / clavulanate 125 MG Oral Tablet [Augmentin]": ("amoxicillin", "clavulanate"),
    "Amoxicillin 120 MG/ML / clavulanate potassium 8.58 MG/ML Oral Suspension": ("amoxicillin", "clavulanate"),
    "NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector": ("epinephrine",),
    "Abuse-Deterrent 12 HR Oxycodone Hydrochloride 15 MG Extended Release Oral Tablet": ("oxycodone",),
    "insulin isophane, human 70 UNT/ML / insulin, regular, human 30 UNT/ML Injectable Suspension [Humulin]": (
        "insulin isophane",
        "insulin, regular, human",
    ),
    "levofloxacin 500MG Oral tablet": ("levofloxacin",),
    "amikacin 250 MG/ML Injectable Solution": ("amikacin",),
    "amikacin liposome 70.2 MG/ML Inhalation Suspension [Arikayce]": ("amikacin liposome",),
    "Amikacin liposomal inhalation suspension": ("amikacin liposome",),
    "Arikayce": ("amikacin liposome",),
    "INH 300 MG Oral Tablet": ("isoniazid",),
    "PZA 500 mg tablets": ("pyrazinamide",),
    "imipenem-cilastatin 500 mg/500 mg powder for injection": ("cilastatin", "imipenem"),
    "Tegretol (Carbamazepine) 200 mg tablets": ("carbamazepine",),
    "lamivudine and dolutegravir, 300 mg/50 mg, tablets": ("dolutegravir", "lamivudine"),
    "Imipenem-Cilastatin": ("cilastatin", "imipenem"),
    "Rifater": ("isoniazid", "pyrazinamide", "rifampin"),
    "Co-trimoxazole 960 mg tablets": ("sulfamethoxazole", "trimethoprim"),
}


@pytest.mark.parametrize(("name", "ingredients"), RXNORM_STYLE.items())
def test_a_name_in_the_style_of_rxnorm_is_read_into_all_its_ingredients(name, ingredients):
    assert recognise(name, []).ingredients == ingredients


@pytest.mark.parametrize(("code", "name"), ROWS)
def test_every_medicine_of_the_synthea_sample_is_recognised_with_its_code(code, name):
    assert recognise(name, [("rxnorm", code)]).ingredients


def test_of_the_synthea_sample_only_packs_and_devices_known_by_brand_need_their_code():
    assert {name for _, name in ROWS if not recognise(name, []).ingredients} == {
        "Camila 28 Day Pack",
        "Errin 28 Day Pack",
        "Natazia 28 Day Pack",
    }


@pytest.mark.parametrize(
    ("usan", "inn"),
    [
        ("rifampin", "rifampicin"),
        ("albuterol", "salbutamol"),
        ("acetaminophen", "paracetamol"),
        ("cyclosporine", "ciclosporin"),
        ("meperidine", "pethidine"),
        ("glyburide", "glibenclamide"),
        ("norethindrone", "norethisterone"),
        ("epinephrine", "adrenaline"),
        ("p-aminosalicylic acid", "aminosalicylic acid"),
        ("prothionamide", "protionamide"),
        ("penicillin G", "benzylpenicillin"),
        ("valproate", "valproic acid"),
        ("valproate", "divalproex sodium"),
        ("clavulanate", "clavulanic acid"),
        ("lithium", "lithium carbonate"),
        ("ethanol", "alcohol"),
    ],
)
def test_the_names_of_one_substance_have_one_spelling(usan, inn):
    assert recognise(usan, []).ingredients == recognise(inn, []).ingredients == (usan.lower(),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cycloserine", "cyclosporine"),
        ("cycloserine", "ciclosporin"),
        ("cycloserine", "terizidone"),
        ("rifampin", "rifapentine"),
        ("rifampin", "rifabutin"),
        ("rifampin", "rifaximin"),
        ("rifapentine", "rifabutin"),
        ("sulfadiazine", "sulfasalazine"),
        ("hydralazine", "hydroxyzine"),
        ("quinine", "quinidine"),
        ("prednisone", "prednisolone"),
        ("ethionamide", "prothionamide"),
        ("isoniazid", "iproniazid"),
        ("tenofovir disoproxil", "tenofovir alafenamide"),
        ("bedaquiline", "delamanid"),
        ("isosorbide dinitrate", "isosorbide mononitrate"),
        ("magnesium sulfate", "magnesium hydroxide"),
    ],
)
def test_names_that_look_alike_stay_apart(one, other):
    first, second = recognise(one, []).ingredients, recognise(other, []).ingredients
    assert first
    assert second
    assert set(first).isdisjoint(second)


@pytest.mark.parametrize(
    "name", ["cyclosperine", "cycloserinn", "rifampi", "rifampinn", "isoniazyde 300", "cyclo serine"]
)
def test_a_misspelt_name_is_never_matched_by_likeness(name):
    assert recognise(name, []).ingredients == ()


def test_the_numbers_of_cycloserine_and_cyclosporine_lie_side_by_side_and_are_told_apart():
    assert recognise("", [("rxnorm", "3007")]) == Recognition(("cycloserine",), "rxnorm code")
    assert recognise("", [("rxnorm", "3008")]) == Recognition(("cyclosporine",), "rxnorm code")


def test_the_rxnorm_code_leads_then_the_atc_code_then_the_name_then_the_synonym():
    codes = [("atc", "J04AB02"), ("rxnorm", "9384")]
    assert recognise("rifampicin", codes).recognised_by == "rxnorm code"
    assert recognise("rifampicin", codes[:1]).recognised_by == "atc code"
    assert recognise("rifampin 300 MG Oral Capsule", []).recognised_by == "name"
    assert recognise("Rifampin", []).recognised_by == "name"
    assert recognise("rifampicin", []).recognised_by == "synonym"
    assert recognise("Rifadin", []).recognised_by == "synonym"


def test_codes_of_other_systems_and_unknown_codes_are_passed_over():
    unknown = [("ndc", "387472004"), ("snomed", "1"), ("rxnorm", "0"), ("atc", "X99")]
    assert recognise("isoniazid", unknown).ingredients == ("isoniazid",)
    assert recognise("", unknown).reason == "it has neither a name nor a code that is known"


def test_a_substance_is_recognised_by_its_snomed_code_and_a_name_must_not_say_otherwise():
    assert recognise("", [("snomed", "387472004")]) == Recognition(("isoniazid",), "snomed code")
    assert recognise("rifampicin", [("snomed", "387472004")]).reason == "code and name disagree"
    assert recognise("isoniazid", [("snomed", "387472004"), ("rxnorm", "6038")]).recognised_by == "rxnorm code"


def test_a_code_and_a_name_that_disagree_are_not_recognised_and_both_are_kept():
    found = recognise("cyclosporine 25 MG Oral Capsule", [("rxnorm", "3007")])
    assert found == Recognition((), "", ("cyclosporine", "cycloserine")[::-1], "code and name disagree")


def test_a_brand_or_a_salt_does_not_disagree_with_its_substance():
    assert recognise("Seromycin", [("rxnorm", "3007")]).ingredients == ("cycloserine",)
    assert recognise("ethambutol hydrochloride 400 MG Oral Tablet", [("rxnorm", "4110")]).ingredients == ("ethambutol",)


def test_two_codes_that_disagree_are_not_recognised():
    found = recognise("", [("rxnorm", "3007"), ("rxnorm", "3008")])
    assert (found.ingredients, found.reason) == ((), "its codes disagree")
    assert recognise("", [("rxnorm", "3007"), ("atc", "J04AC01")]).partial == ("cycloserine", "isoniazid")


def test_names_that_disagree_are_not_recognised():
    assert recognise("isoniazid", [], other_names=["rifampin"]).reason == "its names disagree"
    assert recognise("isoniazid", [], other_names=["INH", "Isoniazidum"]).ingredients == ("isoniazid",)


def test_one_unknown_part_makes_the_whole_product_unrecognised_and_keeps_what_is_known():
    found = recognise("isoniazid 100 MG / unobtainium 5 MG Oral Tablet", [])
    assert found == Recognition((), "", ("isoniazid",), "a part of it is not in the vocabulary")


def test_a_word_that_is_no_dose_form_may_be_another_medicine():
    assert recognise("isoniazid plus 100 MG Oral Tablet", []).partial == ("isoniazid",)
    assert recognise("isoniazid 100 MG Oral Tablet with rifampin", []).ingredients == ()
    assert recognise("rifampin compound", []).ingredients == ()


def test_a_code_explains_a_name_in_words_that_are_not_known():
    assert recognise("Camila 28 Day Pack", [("rxnorm", "748962")]).ingredients == ("norethindrone",)


def test_a_code_does_not_explain_an_ingredient_that_it_lacks_nor_a_part_more():
    code = [("rxnorm", "6038")]
    assert recognise("rifampin 150 MG / unobtainium 75 MG Oral Tablet", code).reason == "code and name disagree"
    assert recognise("isoniazid 75 MG / unobtainium 150 MG Oral Tablet", code).reason == "code and name disagree"
    assert recognise("isoniazid xr 75 MG", code).ingredients == ("isoniazid",)


def test_a_brand_that_nobody_confirmed_warns_and_does_not_clear():
    brand = next(name for name in load_vocabulary().names if name.isalpha() and load_vocabulary().of_brand(name))
    found = recognise(brand, [])
    assert found.ingredients == ()
    assert found.partial == load_vocabulary().of_brand(brand)


@pytest.mark.parametrize("brand", ["Ziac", "Suboxone", "Dovato", "Rifamate", "Primaxin", "Atripla"])
def test_a_combination_known_by_its_brand_is_never_one_ingredient(brand):
    assert len(recognise(brand, []).ingredients) > 1


def test_a_brand_in_brackets_adds_what_it_holds_and_may_not_contradict():
    assert recognise("amoxicillin [Augmentin]", []).ingredients == ("amoxicillin", "clavulanate")
    assert recognise("isoniazid [Seromycin]", []).reason == "brand and ingredients disagree"
    assert recognise("Seromycin (isoniazid) 250 mg capsules", []).ingredients == ()


@pytest.mark.parametrize(
    "name",
    ["rif\u0430mpin", "rifam\u200bpin", "\u202enipmafir", "isoniazid\x00", "iso\u00adniazid", "\u0456soniazid 300 MG"],
)
def test_text_that_hides_what_it_says_is_refused_even_beside_a_code(name):
    found = recognise(name, [("rxnorm", "6038")])
    assert found.ingredients == ()
    assert found.reason.startswith("its name has ")
    assert "isoniazid" in found.partial


@pytest.mark.parametrize(
    "name", ["", "   ", "oral tablet", "500 MG", "[", "{", "{ } Pack", "/", " / ", "()", "(((", "]["]
)
def test_text_that_names_nothing_is_not_recognised(name):
    assert recognise(name, []).ingredients == ()


def test_text_too_long_for_a_name_is_not_read():
    assert recognise("isoniazid " * 1000, []).reason == "its name is too long for the name of a product"


def _products(folder: Path) -> Iterator[tuple[str, list[tuple[str, str]], list[str]]]:
    systems = {"http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm", "http://www.whocc.no/atc": "atc"}
    for path in sorted(folder.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")).get("entry", []):
            resource = entry["resource"]
            concept = resource.get("medicationCodeableConcept") or (
                resource.get("code") if resource["resourceType"] == "Medication" else None
            )
            if concept:
                codings = concept.get("coding", [])
                codes = [(systems.get(one.get("system"), "other"), one.get("code", "")) for one in codings]
                yield concept.get("text", ""), codes, [one.get("display", "") for one in codings]


def _shared(name: str) -> Path:
    folder = os.environ.get("FULLCOURSE_TESTDATA")
    if not folder or not (Path(folder) / name).is_dir():
        pytest.skip(f"the licence of {name} is not named, so it is read from FULLCOURSE_TESTDATA, which is not set")
    return Path(folder) / name


def test_every_medicine_of_the_synthea_bundles_is_recognised():
    for name, codes, displays in _products(_shared("synthea-bundles")):
        assert recognise(name, codes, other_names=displays).ingredients, name


def test_in_patient_summaries_a_combination_is_never_read_as_less_than_it_is():
    found = {
        name or displays[0]: recognise(name, codes, other_names=displays)
        for name, codes, displays in _products(_shared("ips"))
    }
    assert {name for name, one in found.items() if one.ingredients} >= {
        "Tegretol (Carbamazepine) 200 mg tablets",
        "Dovato 50 mg/300 mg 30 tablets",
        "Biktarvy 30 mg/120 mg/15 mg film-coated tablets",
    }
    assert found["Dovato 50 mg/300 mg 30 tablets"].ingredients == ("dolutegravir", "lamivudine")
    assert all(one.reason for one in found.values() if not one.ingredients)


@pytest.mark.parametrize("name", ["PTH 100 mcg", "Rpt 150 mg tablets"])
def test_an_abbreviation_that_means_two_things_is_not_recognised(name: str) -> None:
    assert load_vocabulary().of_name(name.split()[0].lower()) == ()
