"""Lay a linear model and its histories out for the compiled kernel, and read back the amounts at the points.

The structure becomes a list of terms: what an amount in one state comes to in another, along a path of rates. The same
paths as in ``engine.disposition``, which the reference follows in arrays.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.compiled.library import address, library
from fullcourse.pharmacokinetics.engine.disposition import System, bolus, linear_system
from fullcourse.pharmacokinetics.engine.history import History, pick
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.inputs import SiteDoses, site_doses, train_interval
from fullcourse.pharmacokinetics.kernels.dual import Dual, tangent_of, value_of
from fullcourse.pharmacokinetics.model import F64, I64, Model

__all__ = ["linear_amounts"]

_MOST_WIDTH, _MOST_STATES, _MOST_TERMS, _MOST_PATH = 64, 16, 32, 6
_PATH: Final = 8
_NUMBERS_AT_ONCE: Final = 2_000_000
_AT_ONCE, _CONSTANT, _DELAYED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Term:
    """What one state comes to in another: along a path of states, times a factor."""

    head: int
    target: int
    path: tuple[int, ...]
    factor: Any


class _Structure:
    """The terms of a system, and the list of quantities that the kernel is handed for each system."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.sites = len(system.ka)
        rates = [0.0 if ka is None else ka for ka in system.ka]
        rates += [*system.modes, *[mode for modes in system.link_out for mode in modes]]
        self.states = len(rates)
        self.quantities: list[Any] = rates
        self.terms = [term for head in range(self.states) for term in self._from(head)]
        self.factor = [self._quantity(term.factor) for term in self.terms]
        self.entry_begin, self.entry_state, self.entry_factor = [0], [], []
        for site in range(self.sites):
            for state, weight in enumerate(bolus(system, site, 1.0)):
                if weight is not None:
                    self.entry_state.append(state)
                    self.entry_factor.append(self._quantity(weight))
            self.entry_begin.append(len(self.entry_state))
        self.blocks = self._blocks()

    def _quantity(self, value: Any) -> int:
        """Return the place of a quantity; -1 for 1."""
        if isinstance(value, float) and value == 1.0:
            return -1
        self.quantities.append(value)
        return len(self.quantities) - 1

    def _from(self, head: int) -> list[_Term]:
        """Return what an amount in one state comes to everywhere."""
        system, first = self.system, self.sites
        terms: list[_Term] = []
        ways: dict[str, list[tuple[Any, tuple[int, ...]]]] = {"central": []}
        straight, entering = -1, None
        if head < first:
            if system.ka[head] is None:
                return []
            terms.append(_Term(head, head, (head,), 1.0))
            straight, entering = system.into_link(head), (system.ka[head], (head,))
        for i in range(len(system.modes)):
            state = first + i
            if head == state:
                ways["central"].append((1.0, (state,)))
            elif entering and straight < 0:
                weight = system.into[system.model.sites[head].target][i]
                ways["central"].append((entering[0] * weight, (*entering[1], state)))
            else:
                continue
            factor, path = ways["central"][-1]
            terms.append(_Term(head, state, path, factor))
        for n, link in enumerate(system.model.links):
            flows = [(factor * system.link_in[n], path) for factor, path in ways[link.source]]
            flows += [entering] if entering and straight == n else []
            begin = system.link_at(n).start
            ways[link.name] = []
            for i in range(len(system.link_out[n])):
                mine = [(f * system.link_into[n]["central"][i], (*path, begin + i)) for f, path in flows]
                mine += [(1.0, (begin + i,))] if head == begin + i else []
                ways[link.name] += mine
                terms += [_Term(head, begin + i, path, factor) for factor, path in mine]
        return terms

    def _blocks(self) -> list[tuple[int, int, int, int]]:
        """Return, for compartments with several modes: first state, how many, and where the weights begin."""
        system, blocks = self.system, []
        if len(system.modes) > 1:
            into = [system.into[name] for name in ("central", "vp", "vp2")[: len(system.modes)]]
            blocks.append((self.sites, len(system.modes), self._row(into), self._row(system.beside)))
        for n, beside in enumerate(system.link_beside):
            if beside:
                into = [system.link_into[n][name] for name in ("central", "vp")]
                blocks.append((system.link_at(n).start, 2, self._row(into), self._row((beside,))))
        return blocks

    def _row(self, weights: Any) -> int:
        """Return where weights begin among the quantities."""
        self.quantities += [weight for row in weights for weight in row]
        return len(self.quantities) - sum(len(row) for row in weights)


class _Problem(ctypes.Structure):
    """As in ``linear.c``."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in (
            "batch", "subjects", "runs", "points", "width", "states", "systems", "quantities", "terms", "trains",
            "blocks", "sources",
        )),
        *((name, ctypes.c_void_p) for name in (
            "term_head", "term_target", "term_length", "term_path", "term_factor", "entry_begin", "entry_state",
            "entry_factor", "block_begin", "block_modes", "block_into", "block_beside", "source_begin", "source_end",
            "point_time", "point_row", "point_valid", "run_start", "run_end", "run_end_row", "run_state", "run_reset",
            "train_site", "train_entry", "train_interval", "train_doses", "train_steady", "train_lagged", "train_row",
            "train_cancel_row", "system", "start", "amount", "duration", "shape", "ktr", "result",
        )),
    ]  # fmt: skip


def linear_amounts(model: Model, history: History, parameters: Parameters, constant: bool) -> dict[str, Any] | None:
    """Return the amounts of every output's source at the points, array or dual ``(batch, M)`` each.

    Args:
        model: With a linear elimination.
        history: S subjects; either the batch equals S or S is 1.
        parameters: Of shape ``(batch or 1, states or 1)``.
        constant: No parameter of the disposition changes between states.

    Returns:
        None where there is no compiled kernel, or it does not know this case.

    Raises:
        SolverStopped: A steady state is not reached, or doses enter for too long.
    """
    opened = library()
    if opened is None or history.dose_constant.any():
        return None
    width = 1 + max((value.tangent.shape[0] for value in parameters.values() if isinstance(value, Dual)), default=0)
    structure = _Structure(linear_system(model, parameters))
    longest = max(len(term.path) for term in structure.terms)
    if (
        width > _MOST_WIDTH
        or structure.states > _MOST_STATES
        or len(structure.terms) > _MOST_TERMS
        or longest > _MOST_PATH
    ):
        return None
    batch = max([history.n_subjects, *(np.shape(value_of(value))[0] for value in parameters.values())])
    sources = list(dict.fromkeys(output.source for output in model.outputs))
    systems = 1 if constant else max(np.shape(value_of(value))[1] for value in parameters.values())
    doses = site_doses(model, history, parameters)
    result = np.zeros((batch, len(sources), history.point_time.shape[1], width))
    trains = sum(part.columns.size for part in doses)
    at_once = max(1, _NUMBERS_AT_ONCE // (width * (systems * len(structure.quantities) + 5 * trains)))
    for begin in range(0, batch, at_once):
        rows = np.arange(begin, min(begin + at_once, batch))
        part = history if history.n_subjects == 1 else pick(history, rows)
        _solve(opened, model, structure, part, doses, rows, systems, sources, result[begin : begin + rows.size])
    found = {}
    for index, source in enumerate(sources):
        value = np.ascontiguousarray(result[:, index, :, 0])
        slopes = np.moveaxis(result[:, index, :, 1:], -1, 0)
        found[source] = Dual(value, slopes) if width > 1 else value
    return found


def _solve(
    opened: ctypes.CDLL, model: Model, structure: _Structure, history: History, doses: list[SiteDoses], rows: I64,
    systems: int, sources: list[str], result: F64,
) -> None:  # fmt: skip
    """Solve some members of the batch, into a part of the result."""
    width, system = result.shape[3], structure.system
    packed = np.zeros((rows.size, systems, len(structure.quantities), width))
    for place, value in enumerate(structure.quantities):
        _pack(packed[:, :, place], value, rows)
    arrays = {**_terms(structure), **_histories(history), **_trains(history, doses, rows, width)}
    first = len(system.ka)
    ranges = [
        (first, first + len(system.modes)) if source == "central"
        else (lambda at: (at.start, at.stop))(system.link_at([link.name for link in model.links].index(source)))
        for source in sources
    ]  # fmt: skip
    arrays["source_begin"] = np.array([begin for begin, _ in ranges], dtype=np.int32)
    arrays["source_end"] = np.array([end for _, end in ranges], dtype=np.int32)
    arrays |= {"system": packed, "result": result}
    problem = _Problem(
        rows.size, history.n_subjects, history.run_end.shape[1], history.point_time.shape[1], width, structure.states,
        systems, len(structure.quantities), len(structure.terms), arrays["train_site"].size, len(structure.blocks),
        len(sources), **{name: address(array) for name, array in arrays.items()},
    )  # fmt: skip
    status = opened.fullcourse_linear(ctypes.byref(problem))
    if status == 1:
        raise SolverStopped(
            "steady state is not reached: drug does not leave the body with these parameters; check clearance"
        )
    if status:
        raise SolverStopped(
            "the input of one dose lasts longer than 2000 dosing intervals; no exact sum is made of that: check rates, "
            "durations, transit times and intervals"
        )


def _pack(target: F64, value: Any, rows: I64) -> None:
    """Write a number, an array or a dual ``(batch or 1, n or 1)`` into ``(rows, n, width)``."""
    plain = np.asarray(value_of(value))
    wide = plain.ndim == 2 and plain.shape[0] > 1
    target[..., 0] = plain[rows] if wide else plain
    if isinstance(value, Dual):
        slopes = tangent_of(value, target.shape[-1] - 1)
        target[..., 1:] = np.moveaxis(slopes[:, rows] if wide else slopes, 0, -1)


def _terms(structure: _Structure) -> dict[str, Any]:
    """Return the structure as arrays."""
    terms = structure.terms
    path = np.zeros((len(terms), _PATH), dtype=np.int32)
    for row, term in zip(path, terms, strict=True):
        row[: len(term.path)] = term.path
    blocks = np.array(structure.blocks, dtype=np.int32).reshape(-1, 4)
    lists: dict[str, Any] = {
        "term_head": [term.head for term in terms],
        "term_target": [term.target for term in terms],
        "term_length": [len(term.path) for term in terms],
        "term_factor": structure.factor,
        "entry_begin": structure.entry_begin,
        "entry_state": structure.entry_state,
        "entry_factor": structure.entry_factor,
        **{name: blocks[:, i] for i, name in enumerate(("block_begin", "block_modes", "block_into", "block_beside"))},
    }
    return {"term_path": path, **{name: np.array(items, dtype=np.int32) for name, items in lists.items()}}


def _histories(history: History) -> dict[str, Any]:
    """Return points and runs as the kernel reads them."""
    real, whole = ("point_time", "run_start", "run_end"), ("point_row", "run_end_row", "run_state")
    return {
        **{name: np.ascontiguousarray(getattr(history, name), dtype=np.float64) for name in real},
        **{name: np.ascontiguousarray(getattr(history, name), dtype=np.int64) for name in whole},
        **{name: np.ascontiguousarray(getattr(history, name), dtype=np.uint8) for name in ("point_valid", "run_reset")},
    }


def _trains(history: History, doses: list[SiteDoses], rows: I64, width: int) -> dict[str, Any]:
    """Return the dose trains of all sites side by side."""
    sizes = [part.columns.size for part in doses]
    batch, count = rows.size, sum(sizes)
    entry = [_DELAYED if part.ktr is not None else _AT_ONCE if part.duration is None else _CONSTANT for part in doses]
    columns = np.concatenate([part.columns for part in doses]) if doses else np.zeros(0, dtype=np.int64)
    result: dict[str, Any] = {
        "train_site": np.repeat([part.site for part in doses], sizes).astype(np.int32),
        "train_entry": np.repeat(entry, sizes).astype(np.int32),
        "train_interval": np.ascontiguousarray(train_interval(history, columns)),
        "train_doses": np.ascontiguousarray(history.dose_count[:, columns], dtype=np.float64),
        "train_steady": np.ascontiguousarray(history.dose_steady[:, columns], dtype=np.uint8),
        "train_row": np.ascontiguousarray(history.dose_row[:, columns], dtype=np.int64),
        "train_cancel_row": np.ascontiguousarray(history.dose_cancel_row[:, columns], dtype=np.int64),
        "train_lagged": np.zeros((batch, count), dtype=np.uint8),
    }
    for name in ("start", "amount", "duration", "shape", "ktr"):
        result[name] = np.zeros((batch, count, width))
    begin = 0
    for part, size in zip(doses, sizes, strict=True):
        here = slice(begin, begin + size)
        lagged = np.broadcast_to(part.lagged, (part.lagged.shape[0], size))
        result["train_lagged"][:, here] = lagged[rows] if lagged.shape[0] > 1 else lagged
        _pack(result["start"][:, here], part.lag, rows)
        result["start"][:, here, 0] += history.dose_time[:, part.columns]
        for name in ("amount", "duration", "shape", "ktr"):
            value = getattr(part, name)
            if value is not None:
                _pack(result[name][:, here], value, rows)
        begin += size
    return result
