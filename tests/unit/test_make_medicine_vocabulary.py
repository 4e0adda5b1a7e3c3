"""The script that makes the medicine tables, on lists small enough to see."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "make_medicine_vocabulary.py"
specification = importlib.util.spec_from_file_location("make_medicine_vocabulary", SCRIPT)
assert specification is not None
assert specification.loader is not None
tool = importlib.util.module_from_spec(specification)
specification.loader.exec_module(tool)

UNII = """\
Name\tTYPE\tUNII\tDisplay Name
RIFAMPIN\tof\tA\tRIFAMPIN
RIFAMPICIN [INN]\tcn\tA\tRIFAMPIN
RIFADIN\tbn\tA\tRIFAMPIN
5,6,9-HEXAHYDROXY\tsys\tA\tRIFAMPIN
ETHAMBUTOL [INN]\tcn\tB\tETHAMBUTOL
ETHAMBUTOL HYDROCHLORIDE [USAN]\tcn\tC\tETHAMBUTOL HYDROCHLORIDE
VALPROIC ACID [INN]\tcn\tD\tVALPROIC ACID
VALPROATE SODIUM [USAN]\tcn\tE\tVALPROATE SODIUM
MAGNESIUM [VANDF]\tcn\tF\tMAGNESIUM
MAGNESIUM SULFATE [VANDF]\tcn\tG\tMAGNESIUM SULFATE HEPTAHYDRATE
MAGNESIUM SULFATE [INN]\tcn\tH\tMAGNESIUM SULFATE, UNSPECIFIED FORM
DOUBTFUL [VANDF]\tcn\tB\tETHAMBUTOL
DOUBTFUL [VANDF]\tcn\tA\tRIFAMPIN
CAT DANDER\tof\tI\tCAT DANDER
"""


@pytest.fixture
def names(tmp_path):
    path = tmp_path / "UNII_Names.txt"
    path.write_text(UNII, encoding="utf-8")
    return tool.names_of(path, [["valproic acid", "valproate", "spelling", "a source"]])


def test_names_salts_and_hydrates_lead_to_their_substance(names):
    found, _ = names
    assert found["rifampicin"] == found["rifampin"] == "rifampin"
    assert found["ethambutol hydrochloride"] == "ethambutol"
    assert found["valproate sodium"] == found["valproic acid"] == found["valproate"] == "valproate"
    assert found["magnesium sulfate heptahydrate"] == found["magnesium sulfate"] == "magnesium sulfate"


def test_a_name_of_two_substances_and_a_substance_that_is_no_medicine_are_left_out(names):
    found, _ = names
    assert "doubtful" not in found
    assert "cat dander" not in found
    assert "5,6,9-hexahydroxy" not in found


def test_a_brand_counts_when_products_say_the_same(names):
    found, brands = names
    assert brands == {"rifadin": "rifampin"}
    assert tool.confirmed_brands(["rifampin 150 MG Oral Capsule [Rifadin]"], found, brands) == brands
    two = "ethambutol 100 MG / rifampin 150 MG Oral Tablet [Rifadin]"
    assert tool.confirmed_brands([two], found, brands) == {}


def test_codes_come_from_names_that_are_understood_as_a_whole(names):
    found, _ = names
    products = [("1", "rifampin 150 MG Oral Capsule"), ("2", "rifampin 150 MG / unobtainium 1 MG Oral Tablet")]
    assert tool.codes_of(products, found) == {"1": "rifampin"}


def test_the_names_of_rxnorm_are_read_and_suppressed_or_foreign_ones_are_not(tmp_path):
    path = tmp_path / "RXNCONSO.RRF"
    rows = [("9384", "RXNORM", "IN", "rifampin", "N"), ("1", "MTHSPL", "SU", "RIFAMPIN", "N")]
    rows += [("2", "RXNORM", "SCD", "old", "O"), ("3", "RXNORM", "DF", "Oral Tablet", "N")]
    line = "{}|ENG||||||7|7|{}||{}|{}|{}|{}||{}|4096|\n"
    path.write_text("".join(line.format(code, code, sab, tty, code, name, s) for code, sab, tty, name, s in rows))
    assert list(tool.products_of_rxnorm(path)) == [("9384", "rifampin")]


def test_the_codes_of_modules_are_found_wherever_they_stand_but_for_placeholders():
    module = {"states": [{"codes": [{"system": "RxNorm", "code": 9384, "display": "rifampin"}]}]}
    module["x"] = {"system": "RxNorm", "code": "999999", "display": "rifampin"}
    assert list(tool.coded(module)) == [("9384", "rifampin")]


def test_the_result_is_the_same_byte_for_byte(tmp_path):
    for name in ("a", "b"):
        tool.write(tmp_path / name, {"y": "2", "x": "1"})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
