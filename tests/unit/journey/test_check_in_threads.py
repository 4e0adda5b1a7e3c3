"""One checker asked by several threads at once: each is answered about its own patient."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

import fullcourse
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.published.check import check_json
from fullcourse.interfaces.python.records import record_reader
from fullcourse.journey.check import Checker

EXAMPLES = Path(fullcourse.__file__).parent / "examples"
AT = date(2026, 12, 1)


@pytest.fixture
def quick_switching() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("quick_switching")
def test_no_thread_is_told_of_anothers_patient():
    knowledge = knowledge_here()
    reader = record_reader(knowledge)
    records = [reader.open(str(EXAMPLES / f"{name}.toml"), AT) for name in ("ready", "contraindicated", "cautions")]
    checker, drugs = Checker(knowledge, knowledge.profile("us")), [knowledge.drugs["cycloserine"]]
    alone = [check_json(checker.check(record, AT, drugs, ())) for record in records]
    asked = [number % len(records) for number in range(60)]
    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(lambda number: check_json(checker.check(records[number], AT, drugs, ())), asked))
    assert told == [alone[number] for number in asked]
