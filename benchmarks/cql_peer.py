"""The CQL peer of the register: cql-execution over the same patients, ten of our statements written in CQL.

Its hits must be ours, one by one, before its time counts. What it does less than we do: it tells yes from no and never
what is unknown or missing, gives no reasons, and knows ten statements.
"""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.read.fact_folder import reader_of
from fullcourse.clinical.finding import Status
from fullcourse.journey.check import check
from made_up_register import AT, lines_of, name_of

__all__ = ["HOW_TO_INSTALL", "PeerRun", "is_installed", "run_peer"]

FOLDER = Path(__file__).parent / "cql"
DRUGS = ("cycloserine", "terizidone")
HOW_TO_INSTALL = "install Node 20 with npm, then: npm install --prefix benchmarks/cql"


@dataclass(frozen=True, slots=True)
class PeerRun:
    """What the peer took: patients, statements, seconds, CPU seconds, and seconds of translating the library once."""

    patients: int
    statements: int
    seconds: float
    work: float
    translation: float


def is_installed() -> bool:
    """Return whether node and the packages are there."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "cql-execution").is_dir()


def run_peer(patients: int) -> PeerRun:
    """Run the peer, warm, over the first patients of the register; its hits must be ours."""
    with tempfile.TemporaryDirectory() as folder:
        bundles = Path(folder) / "bundles.ndjson"
        bundles.write_text("".join(map(_bundle, range(patients))))
        command = ["node", str(FOLDER / "run.mjs"), str(bundles)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    found = json.loads(done.stdout)
    _assert_same(found["hits"], found["names"], patients)
    return PeerRun(patients, len(found["names"]), found["seconds"], found["work"], found["translation"])


def _bundle(number: int) -> str:
    entries = [{"resource": json.loads(line)} for _, line in lines_of(number)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}) + "\n"


def _assert_same(hits: dict[str, list[str]], names: list[str], patients: int) -> None:
    knowledge = load_knowledge()
    reader, profile = reader_of(knowledge), knowledge.profile("us")
    drugs = [knowledge.drug(name) for name in DRUGS]
    seen: set[str] = set()
    for number in range(patients):
        record = reader.read("".join(line for _, line in lines_of(number)).encode(), AT)
        result = check(record, knowledge, profile, AT, drugs)
        ours = {
            f"{one.drug}/{finding.id}"
            for one in result.drugs
            for finding in one.findings
            if finding.status is Status.APPLIES
        }
        assert set(hits[name_of(number)]) == ours & set(names), name_of(number)
        seen |= ours & set(names)
    assert seen == set(names), f"never hit, so nothing is compared: {set(names) - seen}"
