"""What must hold of a model however it is said: asked of the rows of a file and of the engine's own description.

Each check yields what is wrong and how it is mended. Positive definiteness is decided by Cholesky's algorithm on the
few rows of a model; no numerical library is needed here.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from fullcourse.knowledge.pk.model_words import DISPOSITION, ELIMINATION, Transform

__all__ = ["Found", "is_positive_definite", "probability_faults", "spread_faults", "structure_faults", "value_faults"]

Found = Iterator[tuple[str, str]]
"""Pairs of what is wrong and how it is mended."""


def structure_faults(
    compartments: int, elimination: str, also: Iterable[str], known: Collection[str], *, kept_as: str = "value"
) -> Found:
    """Yield the parameters that a structure needs and that are not known.

    Args:
        compartments: 1 to 3; another number is a fault.
        elimination: A word of ``Elimination``.
        also: What absorption, links and ways in need beside.
        known: Names of the parameters that have a value.
        kept_as: What a parameter has where the fault is mended: a value, or a row.
    """
    if compartments not in DISPOSITION:
        yield f"{compartments} compartments", "The engine knows 1, 2 and 3."
    for name in dict.fromkeys((*DISPOSITION.get(compartments, ()), *ELIMINATION[elimination], *also)):
        if name not in known:
            yield f"the structure needs a parameter '{name}', which has no {kept_as}", "Add it with its table."


def value_faults(values: Mapping[str, float]) -> Found:
    """Yield the typical values that no parameter can have."""
    for name, value in values.items():
        if not math.isfinite(value) or value < 0.0:
            yield f"parameter '{name}' is {value:g}", "It must be finite and not negative."


def spread_faults(
    kind: str,
    acts: Iterable[tuple[str, str, float]],
    factors: Iterable[float],
    covariance: Sequence[Sequence[float]],
    known: Collection[str],
) -> Found:
    """Yield what is wrong with the random effects of one level.

    Args:
        kind: What the effects are called, for messages.
        acts: Parameter, word of ``Transform`` and shape of each action of an effect.
        factors: On the standard deviation after doses that nobody saw.
        covariance: Of the effects, square.
        known: Names of the parameters.
    """
    for on, form, shape in acts:
        if on not in known:
            yield f"{kind} acts on '{on}', which is no parameter", "Correct the name."
        if form in (Transform.BOX_COX, Transform.LOGIT_BOX_COX) and shape == 0.0:
            yield f"{kind} on '{on}' is Box-Cox without a shape", "Add shape = ..."
    for factor in factors:
        if not factor > 0.0:
            yield f"{kind} has 'unobserved_sd_factor' {factor:g}", "It is above 0."
    if not is_positive_definite(covariance):
        mend = "Check variances, covariances and how they are read."
        yield f"the covariance of {kind} is not positive definite", mend


def probability_faults(probabilities: Iterable[float]) -> Found:
    """Yield a fault where the classes of a mixture are not all people."""
    if abs(sum(probabilities) - 1.0) > 1e-9:
        yield "the probabilities of the mixture do not add up to 1", "Correct them."


def is_positive_definite(matrix: Sequence[Sequence[float]]) -> bool:
    """Return whether a square matrix is symmetric and positive definite (Cholesky); an empty one is.

    Example:
        >>> is_positive_definite([[1.0, 0.9], [0.9, 1.0]]), is_positive_definite([[1.0, 1.1], [1.1, 1.0]])
        (True, False)
    """
    lower: list[list[float]] = []
    for i, row in enumerate(matrix):
        solved: list[float] = []
        for j in range(i):
            if not math.isclose(row[j], matrix[j][i], rel_tol=1e-9):
                return False
            solved.append((row[j] - sum(a * b for a, b in zip(solved, lower[j], strict=False))) / lower[j][j])
        pivot = row[i] - sum(value * value for value in solved)
        if not pivot > 1e-12 * abs(row[i]):
            return False
        lower.append([*solved, math.sqrt(pivot)])
    return True
