"""What Spark does not read yet is refused by name, whatever lies beside it, and what is no part of it is let be."""

import pytest

from fullcourse.adapters.register.cluster.unread import is_of_register, refuse_unread
from fullcourse.clinical.errors import InputError


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Patient/part-0.parquet"], r"'part-0\.parquet' is a Parquet file"),
        (["a.ndjson", "t/_delta_log/00000000000000000000.json"], "a Delta table"),
        (["t/part-0.parquet", "t/_delta_log/0.json"], "a Delta table"),
        (["manifest.json", "a.ndjson"], "the manifest of an export"),
        (["deleted/Bundle.ndjson", "a.ndjson"], "a folder 'deleted' of an export"),
        (["error/outcome.ndjson"], "a folder 'error' of an export"),
        (["a.ndjson.zst"], r"'a\.ndjson\.zst' is packed in a way that is not read"),
        (["a.jsonl.bz2"], "only gzip is"),
        (["log.ndjson", "a.ndjson"], r"'log\.ndjson' may be the log"),
    ],
)
def test_what_is_read_on_one_machine_only_is_refused(names: list[str], said: str):
    with pytest.raises(InputError, match=said):
        refuse_unread(names)


@pytest.mark.parametrize("form", ["a.parquet", "t/_delta_log/0.json", "manifest.json", "error/x.ndjson"])
def test_it_is_said_what_to_do(form: str):
    with pytest.raises(InputError, match=r"without --engine spark, or hand Spark a DataFrame"):
        refuse_unread([form])


@pytest.mark.parametrize(
    "name",
    [
        "a.ndjson", "b/a.jsonl.gz", "error.ndjson", "deleted", "b/error/a.ndjson", "README.md", "log.txt", "_SUCCESS",
        ".a.ndjson.crc", "findings.parquet.aside.jsonl",
    ],
)  # fmt: skip
def test_the_rest_is_not(name: str):
    refuse_unread([name])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.ndjson", True), ("a.jsonl.gz", True), ("out.parquet.aside.jsonl", False), ("a.json", False), ("a.gz", False)],
)
def test_lines_are_told_by_the_name(name: str, expected: bool):
    assert is_of_register(name) is expected
