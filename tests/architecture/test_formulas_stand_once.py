"""Constants of published formulas stand where the formula stands, and the epoch and molar masses in one place."""

import ast
from pathlib import Path

import pytest

import fullcourse

ROOT = Path(fullcourse.__file__).parent
KEPT = {
    "clinical/formulas.py": {9270.0, 6680.0, 8780.0, 0.9938, 152.4, 45.5, 0.742, 1.154, 0.203, 1.012, 0.302, 0.241},
    "clinical/units.py": {113.12, 584.67},
    "clinical/moment.py": {719163},
}
"""Only numbers that nothing else is likely to be: 72 is also an interval in hours."""


def numbers_in(path):
    """Return the numbers that stand in a module's code as floats, or that no code needs as whole numbers."""
    constants = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    return {value for value in constants if type(value) is float or value == 719163}


def test_the_constants_of_formulas_are_looked_for_where_they_stand():
    assert KEPT["clinical/formulas.py"] <= numbers_in(ROOT / "clinical/formulas.py")


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_module_says_a_constant_of_a_formula_again(path):
    name = path.relative_to(ROOT).as_posix()
    kept_elsewhere = set().union(*(numbers for keeper, numbers in KEPT.items() if keeper != name))
    assert not numbers_in(path) & kept_elsewhere - KEPT.get(name, set())
