"""The bill of materials names every package of the runtime lock, with its hashes, and is the same each time."""

import importlib.util
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _bill() -> dict:
    spec = importlib.util.spec_from_file_location("make_sbom", ROOT / "tools" / "make_sbom.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return module.bill(module.LOCK.read_text("utf-8"), project)


LOCK = (ROOT / "requirements-run.lock").read_text("utf-8")


def test_every_locked_package_stands_in_it_with_its_version_and_every_hash():
    locked = dict(re.findall(r"^([a-z0-9_.-]+)(?:\[[^\]]*\])?==(\S+)", LOCK, re.MULTILINE))
    components = _bill()["components"]
    assert {it["name"]: it["version"] for it in components} == locked
    assert len(locked) >= 10
    hashes = [it["content"] for one in components for it in one["externalReferences"][0]["hashes"]]
    assert sorted(hashes) == sorted(re.findall("sha256:([0-9a-f]{64})", LOCK))


def test_it_is_a_bill_of_cyclonedx_of_this_product_and_the_same_each_time():
    bill = _bill()
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill["metadata"]["component"]["purl"].startswith("pkg:pypi/fullcourse@")
    references = [it["bom-ref"] for it in bill["components"]]
    assert len(set(references)) == len(references)
    assert bill["dependencies"][0]["dependsOn"] == references
    assert bill == _bill()


def test_every_dependency_that_the_project_names_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = {re.match(r"[a-z0-9-]+", it)[0] for it in project["dependencies"]}
    assert named <= {it["name"] for it in _bill()["components"]}
