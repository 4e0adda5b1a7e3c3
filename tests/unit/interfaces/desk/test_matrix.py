"""The matrix at the desk: every cell what the matrix of the journey says, every cell opens, no page above its size."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from fullcourse.adapters.documents.matrix_page import WORDS
from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.interfaces.desk.matrix_held import kind_of
from fullcourse.journey.matrix import Matrix, interaction_matrix
from patients import knowledge
from service_people import BEGUN, clinic_at

CELL = re.compile(r'<td class="k-(\w+)"><a href="/desk/matrix/([^/"]+)/([^"]+)">([^<]+)</a>')
MOST = 100_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with clinic_at(tmp_path_factory.mktemp("clinic") / "courses.db") as opened:
        yield opened.client()


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    known = knowledge()
    return interaction_matrix(
        known, known.profile("who"), BEGUN.date(), load_co_medicines(), tuple(known.drugs.values())
    )


@pytest.fixture(scope="module")
def pages(client: TestClient) -> list[str]:
    texts = []
    for number in range(1, 12):
        answer = client.get(f"/desk/matrix?page={number}")
        assert answer.status_code == 200
        assert len(answer.content) <= MOST
        texts.append(answer.text)
    return texts


def test_every_cell_of_every_page_is_that_of_the_matrix(matrix: Matrix, pages: list[str]):
    shown = [cell for text in pages for cell in CELL.findall(text)]
    cells = [cell for row in matrix.rows for cell in row.cells]
    assert [(kind_of(cell), cell.drug.replace(" ", "%20")) for cell in cells] == [
        (kind, drug) for kind, drug, _, _ in shown
    ]
    assert all(says == WORDS[kind] for kind, _, _, says in shown)


def test_a_page_after_the_last_says_that_there_is_none(client: TestClient):
    assert "says nothing about whether one is safe" in client.get("/desk/matrix?page=12").text


@pytest.mark.parametrize("drug", sorted(knowledge().drugs))
def test_each_drug_has_its_own_rows_and_none_of_another(client: TestClient, drug: str):
    answer = client.get("/desk/matrix", params={"drug": drug})
    assert len(answer.content) <= MOST
    assert {found for _, found, _, _ in CELL.findall(answer.text)} == {drug.replace(" ", "%20")}


@pytest.mark.parametrize("kind", [it for it in WORDS if it != "none"])
def test_a_kind_shows_the_medicines_that_have_it_and_no_others(client: TestClient, matrix: Matrix, kind: str):
    asked = {"drug": "rifampin", "kind": kind}
    place = matrix.drugs.index("rifampin")
    expected = [row.co_medicine.name for row in matrix.rows if kind_of(row.cells[place]) == kind]
    text = client.get("/desk/matrix", params=asked).text
    assert f"{len(expected)} of {len(matrix.rows)} medicines" in text
    assert all(found == kind for found, _, _, _ in CELL.findall(text))


def test_what_is_not_covered_is_found_over_all_drugs(client: TestClient, matrix: Matrix):
    expected = sum(any(kind_of(cell) == "gap" for cell in row.cells) for row in matrix.rows)
    assert f"{expected} of {len(matrix.rows)} medicines" in client.get("/desk/matrix?kind=gap").text


def test_a_cell_opens_its_statements_with_source_tier_and_conflict(client: TestClient, matrix: Matrix):
    drugs = ("rifampin", "bedaquiline", "linezolid")
    opened = [(row, cell) for row in matrix.rows[:60] for cell in row.cells if cell.drug in drugs]
    assert len(opened) == 60 * len(drugs)
    for row, cell in opened:
        slug = re.sub(r"[^a-z0-9]+", "-", row.co_medicine.name.lower()).strip("-")
        answer = client.get(f"/desk/matrix/{cell.drug}/{slug}")
        assert answer.status_code == 200
        assert not [it.id for it in cell.findings if f"/desk/statements/{it.id}" not in answer.text]
        assert answer.text.count("tier ") >= len(cell.findings)
        others = [other for it in cell.findings for other in it.conflicts_with]
        assert not [it for it in others if f"/desk/statements/{it}" not in answer.text]


def test_a_cell_that_no_source_speaks_of_does_not_say_that_it_is_safe(client: TestClient, matrix: Matrix):
    place = matrix.drugs.index("amikacin")
    silent = next(row.co_medicine.name for row in matrix.rows if kind_of(row.cells[place]) == "gap")
    text = client.get(f"/desk/matrix/amikacin/{silent}").text
    assert "That does not say that they are safe together." in text


@pytest.mark.parametrize(
    "path", ["/desk/matrix/rifampin/nothing-like-it", "/desk/matrix/aspirin/abacavir", "/desk/matrix/rifampin/%3Cb%3E"]
)
def test_a_cell_that_is_not_there_is_not_found(client: TestClient, path: str):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["drug=aspirin", "kind=worse", "page=0", "page=x", "colour=red", "q=a&q=b"])
def test_what_cannot_be_asked_is_refused(client: TestClient, query: str):
    assert client.get(f"/desk/matrix?{query}").status_code == 400


@pytest.mark.parametrize("asked", ["<script>alert(1)</script>", '"><b onmouseover=alert(1)>', "' or 1=1"])
def test_what_was_asked_is_shown_as_text(client: TestClient, asked: str):
    text = client.get("/desk/matrix", params={"q": asked}).text
    assert "<script>alert" not in text
    assert "<b onmouseover" not in text
