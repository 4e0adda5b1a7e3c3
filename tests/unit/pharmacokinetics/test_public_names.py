import subprocess
import sys

import pytest

import fullcourse.pharmacokinetics as face


def test_every_public_name_can_be_had():
    for name in face.__all__:
        assert getattr(face, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = face.nothing


def test_importing_the_package_does_not_load_numpy():
    code = "import sys, fullcourse.pharmacokinetics; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 our own code
