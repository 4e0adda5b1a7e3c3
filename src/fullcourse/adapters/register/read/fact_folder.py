"""A register from its files to its facts, in parts that are kept until the whole is done."""

import hashlib
import json
import math
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.register.engine.claim import claim_folder, stamps_of
from fullcourse.adapters.register.input.find import RegisterInput
from fullcourse.adapters.register.read.assemble import FactPart, reader_of
from fullcourse.adapters.register.read.extract import Aside, ranges_of, refuse_too_many, size_of
from fullcourse.adapters.register.read.lines import ELSEWHERE, SetAside, read_line
from fullcourse.adapters.register.read.one_record import read_one
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.workers import Job, Workers, assemble_bucket, begin_facts, read_part
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.knowledge.library import Knowledge

__all__ = ["ABOUT", "FactFolder", "Progress", "describe", "make_facts", "open_facts", "read_patient_of"]

BUCKET_BYTES: Final = 240 * 1024 * 1024
"""Lines of so many bytes, in about, are held as columns at once."""

ABOUT: Final = "facts.json"
"""The file of a folder of facts that says what they are."""

Progress = Callable[[str, int, int, int], None]
"""Called with the step, how much of it is done, how much there is, and how many lines or patients that was."""


@dataclass(frozen=True, slots=True)
class FactFolder:
    """Facts of a register, on disk.

    Attributes:
        parts: Parquet files.
        knowledge: Digest of the knowledge whose vocabulary was used.
        at: Date of the check.
        patients: Number of patients.
        lines: Lines read.
        others: Lines about no patient.
        aside: Lines that are not used.
        routed: How many patients were read one by one, by reason.
        errors: How many have a record that cannot be used.
    """

    parts: Sequence[Path]
    knowledge: str
    at: date
    patients: int
    lines: int
    others: int
    aside: Sequence[Aside]
    routed: Mapping[str, int]
    errors: int


def make_facts(
    inputs: RegisterInput, knowledge: Knowledge, at: date, folder: Path, processes: int, progress: Progress
) -> FactFolder:
    """Read an export into a folder of facts, or go on where a run that was stopped left off.

    Args:
        inputs: The register.
        knowledge: Its vocabulary decides what is looked for.
        at: Date of the check.
        folder: For the facts.
        processes: How many at once.
        progress: Called now and then.

    Raises:
        InputError: The folder holds another register, or too much of this one cannot be used.
    """
    files = inputs.files
    size = size_of(files)
    buckets = max(1, math.ceil(size / BUCKET_BYTES))
    job = Job(knowledge, at, folder, files, buckets, inputs.source, _sum_of(inputs))
    belongs = {"version": __version__, "knowledge": knowledge.digest, "at": at.isoformat(), "buckets": buckets}
    claim_folder(folder, "begun.json", {**belongs, "files": stamps_of(files), "read": inputs.digest})
    if (folder / ABOUT).exists():
        return open_facts(folder)
    job.rows.mkdir(exist_ok=True)
    with Workers(job, processes, begin_facts) as workers:
        _read_all(job, workers, size, progress)
        extracted = job.extracted()
        refuse_too_many(extracted.aside, extracted.lines)
        parts = _assemble_all(job, workers, progress)
    routed: Counter[str] = Counter()
    for part in parts:
        routed.update(part.routed)
    made = FactFolder(
        [job.facts_of(bucket) for bucket in range(buckets)],
        knowledge.digest,
        at,
        sum(part.patients for part in parts),
        extracted.lines,
        extracted.others,
        extracted.aside,
        dict(routed),
        sum(part.errors for part in parts),
    )
    describe(made, folder)
    shutil.rmtree(job.rows)
    return made


def _sum_of(inputs: RegisterInput) -> str:
    """Return what tells a register from others."""
    return hashlib.sha256(json.dumps([stamps_of(inputs.files), inputs.digest]).encode()).hexdigest()[:16]


def _read_all(job: Job, workers: Workers[Job], size: int, progress: Progress) -> None:
    done = lines = 0
    progress("reading", done, size, lines)
    for part, count in workers.do(read_part, list(ranges_of(job.files))):
        lines += count
        done += part.size
        progress("reading", done, size, lines)


def _assemble_all(job: Job, workers: Workers[Job], progress: Progress) -> list[FactPart]:
    waiting = [bucket for bucket in range(job.buckets) if not job.note_of(bucket).exists()]
    done, people = job.buckets - len(waiting), 0
    progress("establishing", done, job.buckets, people)
    for _, count in workers.do(assemble_bucket, waiting):
        people += count
        done += 1
        progress("establishing", done, job.buckets, people)
    assembled = []
    for bucket in range(job.buckets):
        row = json.loads(job.note_of(bucket).read_text())
        assembled.append(FactPart(row["patients"], row["routed"], row["errors"]))
    return assembled


def describe(made: FactFolder, folder: Path) -> None:
    """Write beside facts what they are; they are whole then."""
    about = {
        "kind": "facts",
        "version": __version__,
        "knowledge": made.knowledge,
        "at": made.at.isoformat(),
        "patients": made.patients,
        "lines": made.lines,
        "others": made.others,
        "aside": [[line.file, line.line, line.reason, line.is_of_nobody] for line in made.aside],
        "routed": made.routed,
        "errors": made.errors,
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=1, ensure_ascii=False))


def open_facts(folder: Path) -> FactFolder:
    """Return a folder of facts that was made before.

    Raises:
        InputError: It holds none.
    """
    try:
        about = json.loads((folder / ABOUT).read_text())
        return FactFolder(
            sorted(folder.glob("facts-*.parquet")), about["knowledge"], date.fromisoformat(about["at"]),
            about["patients"],
            about["lines"], about["others"], [Aside(*row) for row in about["aside"]], about["routed"], about["errors"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError):
        raise InputError("the folder holds no facts that were made whole. Make them with 'cohort facts'.") from None


def read_patient_of(inputs: RegisterInput, patient: str, knowledge: Knowledge, at: date) -> Record:
    """Return the record of one patient of an export, by the one-patient reader.

    Args:
        inputs: The register.
        patient: Id of the patient.
        knowledge: Its vocabulary decides what is looked for.
        at: Date of the check.

    Raises:
        InputError: Nothing in the export is about the patient, or the record cannot be used.
    """
    dates = {kind: reading.dates for kind, reading in knowledge.readings.items()}
    name = patient.encode()
    bodies: list[bytes] = []
    links: dict[str, None] = {}
    elsewhere: dict[str, list[bytes]] = {}
    for path in inputs.files:
        with inputs.source.open(path) as file:
            for written in file:
                line = inputs.source.left_of(path, written)
                is_elsewhere = any(f'"{kind}"'.encode() in line[:200] for kind in ELSEWHERE)
                if name not in line and not is_elsewhere:
                    continue
                mention = read_line(line.rstrip(b"\r\n"), dates)
                if isinstance(mention, SetAside):
                    if patient in mention.patients:  # the reader of one record says what is wrong with it
                        bodies.append(line.rstrip(b"\r\n"))
                elif mention.patient == patient:
                    bodies.append(line.rstrip(b"\r\n"))
                    links[mention.linked if mention.kind != "Patient" else ""] = None
                elif mention.kind in ELSEWHERE:
                    elsewhere.setdefault(f"{mention.kind}/{mention.id}", []).append(mention.shape)
    if not bodies:
        raise InputError("nothing in the register is about this patient. Check the id.")
    reader = reader_of(knowledge)
    return read_one(bodies, links, reader, Products(elsewhere), at)
