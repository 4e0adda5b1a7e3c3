"""Review sheets at the desk: every statement of every drug stands on its sheet, and has a page of its own."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from fullcourse.adapters.documents.sheet import make_sheet
from fullcourse.knowledge.second_readings import read_second_readings
from patients import knowledge
from service_people import clinic_at

MOST = 100_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with clinic_at(tmp_path_factory.mktemp("clinic") / "courses.db") as opened:
        yield opened.client()


def pages(client: TestClient, inn: str, kind: str, count: int) -> Iterator[str]:
    for number in range(1, -(-count // 40) + 1):
        answer = client.get(f"/desk/knowledge/{inn}/sheet", params={"kind": kind, "page": number})
        assert answer.status_code == 200
        assert len(answer.content) <= MOST
        yield answer.text


@pytest.mark.parametrize("inn", sorted(knowledge().drugs))
def test_every_statement_and_table_of_a_drug_stands_on_its_sheet(client: TestClient, inn: str):
    sheet = make_sheet(knowledge(), knowledge().drugs[inn], {}, {}, read_second_readings())
    for group in sheet.groups:
        text = "".join(pages(client, inn, group.kind, len(group.entries)))
        assert re.findall(r'<h3 id="e-([^"]+)">', text) == [entry.statement.id for entry in group.entries]
    tables = "".join(pages(client, inn, "doses in tables", len(sheet.tables)))
    assert re.findall(r'<h3 id="e-([^"]+)">', tables) == [table.clause.id for table in sheet.tables]


@pytest.mark.parametrize("name", sorted(knowledge().statements)[::25])
def test_a_statement_has_a_page_with_its_source_and_its_review(client: TestClient, name: str):
    statement = knowledge().statements[name]
    text = client.get(f"/desk/statements/{name}").text
    assert f", section {statement.section}".replace("&", "&amp;").replace('"', "&#34;").replace("'", "&#39;") in text
    assert statement.review in text
    assert f"tier {knowledge().sources[statement.source].tier}" in text


def test_a_conflict_names_the_other_statement_and_leads_to_it(client: TestClient):
    text = client.get("/desk/knowledge/cycloserine/sheet?kind=level").text
    assert "On the same point" in text
    assert client.get("/desk/statements/cycloserine.contraindication.epilepsy").status_code == 200


def test_a_second_reading_says_that_it_is_no_clinical_review(client: TestClient):
    text = "".join(pages(client, "rifampin", "interaction", 192))
    assert "Second reading of the source, not a clinical review" in text


@pytest.mark.parametrize("path", ["/desk/statements/nothing.like.it", "/desk/knowledge/aspirin/sheet"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["kind=nothing", "page=0", "page=x"])
def test_what_cannot_be_asked_is_refused(client: TestClient, query: str):
    assert client.get(f"/desk/knowledge/rifampin/sheet?{query}").status_code == 400


def test_the_browser_leads_to_sheets_statements_and_the_matrix(client: TestClient):
    assert 'href="/desk/matrix"' in client.get("/desk/knowledge").text
    assert 'href="/desk/knowledge/rifampin/sheet"' in client.get("/desk/knowledge").text
    found = client.get("/desk/knowledge?q=seizure").text
    assert 'href="/desk/statements/' in found
