"""What the sources say, as pages: every statement with its source, and silence named as silence."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from patients import knowledge
from service_people import clinic_at


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with clinic_at(tmp_path_factory.mktemp("clinic") / "courses.db") as opened:
        yield opened.client()


@pytest.mark.parametrize("inn", sorted(knowledge().drugs))
def test_every_drug_has_a_page_with_every_statement_of_its_file(client: TestClient, inn: str):
    answer = client.get(f"/desk/knowledge/{inn}")
    assert answer.status_code == 200
    own = [name for name in knowledge().statements if name.startswith(f"{inn.replace(' ', '-')}.")]
    assert own
    assert not [name for name in own if f'id="{name}"' not in answer.text]


def test_a_search_finds_what_holds_all_of_the_words_and_shows_its_source(client: TestClient):
    text = client.get("/desk/knowledge?q=seizure alcohol").text
    known = knowledge()
    found = [
        it
        for it in known.statements.values()
        if all(word in f"{it.id} {it.says} {it.patient}".casefold() for word in ("seizure", "alcohol"))
    ]
    assert found
    assert all(f'id="{it.id}"' in text for it in found[:100])


def test_a_search_that_finds_nothing_does_not_say_that_it_is_safe(client: TestClient):
    assert "says nothing about whether it is safe" in client.get("/desk/knowledge?q=zzzz").text


def test_a_drug_beside_others_says_what_is_never_together_and_what_is_not_covered(client: TestClient):
    text = client.get("/desk/knowledge/rifampin/beside").text
    assert "never together" in text
    assert "That does not say that they are safe." in text


def test_a_drug_that_is_not_covered_has_no_page(client: TestClient):
    assert client.get("/desk/knowledge/aspirin-and-more").status_code == 404


@pytest.mark.parametrize("asked", ["<script>alert(1)</script>", '"><b>'])
def test_what_was_asked_is_shown_as_text(client: TestClient, asked: str):
    text = client.get("/desk/knowledge", params={"q": asked}).text
    assert asked not in text
