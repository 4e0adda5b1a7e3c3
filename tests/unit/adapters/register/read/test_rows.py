"""Rows come back bucket by bucket as they were written, and every patient in one bucket alone."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fullcourse.adapters.register.read import rows as rows_module
from fullcourse.adapters.register.read.dates import Moments
from fullcourse.adapters.register.read.rows import (
    ENTRY,
    ID_WIDTH,
    ROW,
    name_sum,
    name_sums,
    read_bucket,
    write_rows,
)

IDS = st.lists(st.from_regex(r"[A-Za-z0-9.-]{1,64}", fullmatch=True), min_size=1, max_size=40)


def as_words(ids: list[str], width: int = ID_WIDTH) -> np.ndarray:
    return np.array([one.encode() for one in ids], f"S{width}").view(np.uint64).reshape(len(ids), width // 8)


def write(folder: Path, name: str, ids: list[str], buckets: int) -> rows_module.RowFile:
    rows = np.zeros(len(ids), ROW)
    rows["start"] = np.arange(len(ids)) * 10
    moments = Moments.none(len(ids))
    entries = np.zeros(len(ids) * 2, ENTRY)  # two of every second row, in another order than the rows
    entries["start"] = np.repeat(rows["start"][::-1], 2)
    entries["id_sum"] = np.arange(len(entries))
    return write_rows(folder, name, buckets, as_words(ids), rows, (moments, moments), entries[::2])


def check(folder: Path, ids: list[str]) -> None:
    files = [write(folder, f"{number}.rows", ids[number:], 3) for number in range(2)]
    found = [read_bucket(folder, files, bucket) for bucket in range(3)]
    back = [
        (int(block), int(start), rows.ids[patient])
        for rows in found
        for block, start, patient in zip(rows["block"], rows["start"], rows["patient"], strict=True)
    ]
    written = [(number, at * 10, one) for number in range(2) for at, one in enumerate(ids[number:])]
    assert sorted(back) == sorted(written)
    assert sum(len(rows.ids) for rows in found) == len(set(ids))
    for rows in found:  # an entry stands in the bucket of the patient whose list it is in
        places = set(zip(rows["block"].tolist(), rows["start"].tolist(), strict=True))
        listed = list(zip(rows.entries["block"].tolist(), rows.entries["start"].tolist(), strict=True))
        assert sorted(listed) == sorted(places)


@settings(deadline=None)  # other work on the machine is no fault
@given(ids=IDS)
def test_rows_come_back_with_their_patients(tmp_path_factory, ids: list[str]):
    check(tmp_path_factory.mktemp("rows"), ids)


def test_two_ids_with_one_sum_stay_two_patients(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(rows_module, "name_sums", lambda names: np.full(len(names), 7, np.uint64))
    check(tmp_path, ["a", "b", "a", "c", "b"])


@settings(deadline=None)  # other work on the machine is no fault
@given(ids=IDS)
def test_the_sum_of_a_name_does_not_depend_on_the_zeros_behind_it(ids: list[str]):
    short = [one[:16] for one in ids]
    assert (name_sums(as_words(short, 16)) == name_sums(as_words(short, 64))).all()


def test_the_sum_of_one_name_is_that_of_many():
    assert [name_sum("Condition"), name_sum("")] == name_sums(as_words(["Condition", ""])).tolist()
