"""Writes what runs with Fullcourse as a bill of materials: CycloneDX 1.6 in JSON, of the lock that `make run` installs.

    python tools/make_sbom.py fullcourse.cdx.json

Names, versions and hashes are those of ``requirements-run.lock``; nothing is looked up, and no day stands in it.
"""

import json
import re
import sys
import tomllib
import uuid
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements-run.lock"
_PINNED = re.compile(
    r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s\\]+)((?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})*)", re.MULTILINE
)


def bill(lock: str, project: dict[str, object]) -> dict[str, object]:
    """Return the bill of a lock.

    Args:
        lock: Text of a lock with hashes.
        project: Table ``project`` of pyproject.toml.
    """
    name, version = str(project["name"]), str(project["version"])
    components = [_component(*found) for found in sorted(_PINNED.findall(lock))]
    itself = {
        "type": "application", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
        "purl": f"pkg:pypi/{name}@{version}", "licenses": [{"license": {"id": str(project["license"])}}],
    }  # fmt: skip
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, lock + version)}",
        "version": 1,
        "metadata": {"component": itself},
        "components": components,
        "dependencies": [{"ref": itself["bom-ref"], "dependsOn": [str(it["bom-ref"]) for it in components]}],
    }


def _component(name: str, version: str, hashes: str) -> dict[str, object]:
    address = f"pkg:pypi/{name.lower()}@{version}"
    files = [{"alg": "SHA-256", "content": found} for found in re.findall(r"sha256:([0-9a-f]{64})", hashes)]
    page = {"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/", "hashes": files}
    return {
        "type": "library", "bom-ref": address, "name": name, "version": version, "purl": address,
        "externalReferences": [page],
    }  # fmt: skip


def main() -> None:
    """Write it to the file that is named."""
    if len(sys.argv) != 2:
        sys.exit("Name the file to write: make_sbom.py fullcourse.cdx.json")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    written = json.dumps(bill(LOCK.read_text("utf-8"), project), indent=2)
    Path(sys.argv[1]).write_text(f"{written}\n", "utf-8")


if __name__ == "__main__":
    main()
