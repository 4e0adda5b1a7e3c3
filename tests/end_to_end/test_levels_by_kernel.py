"""The same words of a patient's levels by the compiled kernels and by their reference in NumPy."""

import os
import subprocess
import sys

import pytest

from bedside import question
from fullcourse.pharmacokinetics.compiled.library import library

MODELS = (
    "cycloserine.resendiz-galvan-2025", "isoniazid.wilkins-2011", "bedaquiline.svensson-2016",
    "linezolid.abdelgawad-2024", "linezolid.mockeliunas-2022", "rifampicin.smythe-2012",
)  # fmt: skip
"""A linear one, one with hidden classes, one whose person changes, and non-linear ones."""


def said(kernel: str, arguments: list[str]) -> str:
    ran = subprocess.run(  # noqa: S603 - this interpreter, arguments of ours
        [sys.executable, "-m", "fullcourse", *arguments],
        env={**os.environ, "FULLCOURSE_KERNEL": kernel}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ran.stdout


@pytest.mark.skipif(library() is None, reason="no compiled kernels here: the build found no C compiler")
@pytest.mark.parametrize("model", MODELS)
def test_either_kernel_says_the_same_to_the_printed_digit(model):
    arguments = question("estimate", model, 2)
    compiled = said("", arguments)
    assert "own curve" in compiled
    assert compiled == said("reference", arguments)
