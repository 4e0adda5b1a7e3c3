"""Questions about levels with answers written before they were asked, from documents and from faults of others."""

import pytest

from level_cases import CASES, LevelCase, faults_of


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_answer_is_what_its_source_says(case: LevelCase):
    assert not faults_of(case), case.source
