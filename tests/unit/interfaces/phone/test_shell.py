"""The files of the page: each known by its content, kept by it, and open to whoever calls."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from clinic_service import clinic_service
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.interfaces.phone.routes import PHONE_POLICY
from fullcourse.interfaces.phone.shell import shell_of

FILES = sorted(shell_of(knowledge_here()))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with clinic_service(tmp_path_factory.mktemp("clinic")) as opened:
        yield opened


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_sent_packed_or_not_and_not_again_to_whoever_has_it(client: TestClient, name: str) -> None:
    asset = shell_of(knowledge_here())[name]
    plain = client.get(f"/p/{name}", headers={"Accept-Encoding": "identity"})
    assert (plain.status_code, plain.content) == (200, asset.body)
    assert plain.headers["content-type"] == asset.media_type
    assert plain.headers["cache-control"] == "no-cache"
    assert plain.headers["content-security-policy"] == PHONE_POLICY
    packed = client.get(f"/p/{name}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == asset.body == gzip.decompress(asset.packed)
    again = client.get(f"/p/{name}", headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["no.js", "js/no.js", "js/core/..", "words/xx.json", "%2e%2e/routes.py", "js/app"])
def test_what_is_no_file_of_the_page_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/p/{name}").status_code == 404


@pytest.mark.parametrize("refused", ["gzip;q=0", "br", "x-gzip", ""])
def test_who_takes_no_gzip_gets_none(client: TestClient, refused: str) -> None:
    assert "content-encoding" not in client.get("/p/app.css", headers={"Accept-Encoding": refused}).headers


def test_the_worker_lists_every_file_by_the_hash_of_what_is_sent() -> None:
    shell = shell_of(knowledge_here())
    listed = json.loads(re.search(rb"const SHELL = (\{.*?\});", shell["sw.js"].body)[1])  # type: ignore[index]
    assert listed == {
        name: hashlib.sha256(asset.body).hexdigest()[:16] for name, asset in shell.items() if name != "sw.js"
    }
    assert shell["sw.js"].body.count(b"\n") <= 60


def test_every_script_that_is_imported_is_there() -> None:
    shell = shell_of(knowledge_here())
    imported = {
        str(Path("/", name).parent.joinpath(wanted).resolve())[1:]
        for name, asset in shell.items()
        for wanted in re.findall(r"from ?['\"](\.[^'\"]+)['\"]", asset.body.decode() if name.endswith(".js") else "")
    }
    assert "js/core/card.js" in imported
    assert sorted(imported - set(shell)) == []


def test_no_text_of_a_script_goes_over_lines_so_that_the_spaces_before_them_say_nothing() -> None:
    page = Path(str(files("fullcourse.interfaces.phone") / "page"))
    odd = [
        f"{place.name}: {line}"
        for place in sorted(page.rglob("*.js"))
        for line in place.read_text("utf-8").splitlines()
        if line.count("`") % 2
    ]
    assert odd == []


def test_no_script_and_no_style_stands_in_the_page_itself() -> None:
    html = shell_of(knowledge_here())[""].body.decode()
    assert not re.search(r"<style|<script(?![^>]*src=)|\son\w+=|style=", html)
    scripts = b"".join(asset.body for name, asset in shell_of(knowledge_here()).items() if name.endswith(".js"))
    assert not re.search(rb"innerHTML\s*=[^=]|insertAdjacentHTML|\beval\(|new Function|document\.write", scripts)


def test_another_content_of_any_file_is_another_worker_with_another_cache() -> None:
    worker = shell_of(knowledge_here())["sw.js"].body
    found = re.search(rb"const SHELL = (\{.*?\});const VERSION='shell-([0-9a-f]{16})';", worker)
    assert found is not None
    assert hashlib.sha256(found[1]).hexdigest()[:16] == found[2].decode()
