"""A package that a bare install leaves out is asked for in words."""

import sys

import pytest

from fullcourse.adapters.extras import needed
from fullcourse.clinical.errors import InputError


def test_a_package_that_is_there_is_imported():
    assert needed("json", "course", "anything") is sys.modules["json"]


def test_one_that_is_not_is_named_with_the_extra_that_brings_it():
    with pytest.raises(InputError, match=r"a printed sheet needs fullcourse\[course\].*pip install"):
        needed("no_such_package", "course", "a printed sheet")
