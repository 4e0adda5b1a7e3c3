"""The list of medicines beside TB drugs: each recognised whole, with its group and origin; a slip is refused."""

from pathlib import Path

import pytest

from fullcourse.adapters.medicines.co_medicines import load_co_medicines, read_co_medicines
from fullcourse.clinical import KnowledgeError
from fullcourse.clinical.medicine import Taken
from patients import knowledge

HEAD = '[who_list]\ntitle = "WHO"\n[other]\ntitle = "RxNorm"\n'


def written(path: Path, *medicines: str) -> Path:
    file = path / "list.toml"
    file.write_text(f'{HEAD}[[group]]\nname = "heart"\nmedicines = [{", ".join(medicines)}]\n', "utf-8")
    return file


def test_each_is_recognised_whole_and_taken_now():
    for row in load_co_medicines():
        assert len(row.medicine.ingredients) == row.name.count("/") + 1, row.name
        assert row.medicine.taken is Taken.NOW
        assert row.group
        assert row.origin


def test_the_commonest_are_120_and_none_is_a_drug_of_the_formulary():
    rows = load_co_medicines()
    assert sum(row.common for row in rows) == 120
    alone = {row.medicine.ingredients[0] for row in rows if len(row.medicine.ingredients) == 1}
    assert alone.isdisjoint(knowledge().drugs)


def test_two_rows_are_never_the_same_ingredients():
    together = [row.medicine.ingredients for row in load_co_medicines()]
    assert sorted(together) == sorted(set(together))


def test_a_row_says_which_list_names_it(tmp_path: Path):
    file = written(tmp_path, '{ name = "warfarin", list = "10.2", common = true }', '{ name = "apixaban" }')
    listed, other = read_co_medicines(file)
    assert (listed.origin, listed.common, listed.group) == ("WHO, section 10.2", True, "heart")
    assert (other.origin, other.common) == ("RxNorm", False)


@pytest.mark.parametrize(
    ("medicines", "said"),
    [
        (('{ name = "warfarine de luxe" }',), "'warfarine de luxe' is not recognised"),
        (('{ name = "warfarin" }', '{ name = "warfarin" }'), "'warfarin' stands twice"),
        (('{ name = "warfarin", comon = true }',), "key 'comon' is not known"),
        (('{ list = "10.2" }',), "'name' is missing"),
    ],
)
def test_a_slip_is_refused_with_its_mend(tmp_path: Path, medicines: tuple[str, ...], said: str):
    with pytest.raises(KnowledgeError) as caught:
        read_co_medicines(written(tmp_path, *medicines))
    assert any(said in str(fault) for fault in caught.value.faults)
