"""The same levels from one process and from four at once, with one thread of the matrix library and with four."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bedside import question

ASKED = {
    "simulate": ("--dose", "500 mg q24h", "--days", "4", "--n", "64", "--occasions", "on"),
    "attainment": ("--dose", "500 mg q24h", "--mic", "16", "--n", "64", "--occasions", "on"),
}
OF_A_PATIENT = (
    ("estimate", "cycloserine.resendiz-galvan-2025"), ("advise", "cycloserine.resendiz-galvan-2025"),
    ("estimate", "linezolid.mockeliunas-2022"), ("advise", "linezolid.mockeliunas-2022"),
)  # fmt: skip
"""A linear model and one that is not."""


def answered(command, threads):
    """Return the answer as bytes, from a process of its own."""
    arguments = ("levels", command, "--drug", "cycloserine", *ASKED[command], "--format", "json", "--seed", "3")
    return said(arguments, threads)


def said(arguments, threads):
    """Return what a question is answered, as bytes, from a process of its own."""
    limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    return subprocess.run(  # noqa: S603 - this interpreter, arguments from above
        [sys.executable, "-m", "fullcourse", *arguments], env={**os.environ, **limits}, capture_output=True, check=True
    ).stdout


@pytest.mark.parametrize("command", ASKED)
def test_four_processes_at_once_answer_as_one_does_to_the_last_digit(command):
    alone = answered(command, 1)
    assert json.loads(alone)["command"] == command
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda threads: answered(command, threads), (1, 2, 4, 4))) == {alone}


@pytest.mark.parametrize(("command", "model"), OF_A_PATIENT)
def test_a_patients_levels_say_the_same_in_one_process_and_in_four(command, model):
    arguments = question(command, model, 2)
    alone = said(arguments, 1)
    assert b"own curve" in alone
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda threads: said(arguments, threads), (1, 2, 4, 4))) == {alone}
