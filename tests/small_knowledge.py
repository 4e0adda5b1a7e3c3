"""A small knowledge about a fictional drug, for tests of the reader and of the rules; nothing here is clinical."""

from pathlib import Path

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.reader import build, parse

SOURCES = """
[[source]]
id = "label"
title = "Exampline capsules"
issuer = "Example Agency"
dated = "2031"
address = "example.org/label"
tier = "A"

[[source]]
id = "rumour"
title = "A page"
issuer = "Nobody"
address = "example.org/page"
tier = "C"
"""
FACTS = """
[[fact]]
id = "weight"
kind = "number"
label = "body weight"
unit = "kg"
codes = { loinc = ["29463-7"] }
codes_from = "a test"
plausible = [0.2, 650]
valid_days = 30

[[fact]]
id = "creatinine"
kind = "number"
label = "serum creatinine"
unit = "mg/dL"
molar_mass = 113.12
molar_mass_from = "a test"

[[fact]]
id = "alt"
kind = "number"
label = "ALT"
unit = "U/L"

[[fact]]
id = "alt_upper_limit"
kind = "number"
label = "upper limit of ALT"
unit = "U/L"

[[fact]]
id = "fits"
kind = "history"
label = "epilepsy"
listed_in = "problems"
codes = { "icd-10" = ["G40"], snomed = ["84757009"] }
codes_from = "a test"
names = ["Epilepsy"]
ask_patient = "Have you had fits?"
ask_clinician = "Epilepsy?"
ask_group = "mind"

[[fact]]
id = "problems_complete"
kind = "state"
label = "problem list complete"

[[fact]]
id = "sex"
kind = "choice"
label = "sex"
values = ["male", "female"]

[[fact]]
id = "pregnant"
kind = "state"
label = "pregnant"
valid_days = 28
never_when = [{ fact = "sex", is = "male" }]

[[fact]]
id = "hours"
kind = "given"
label = "hours"

[[group]]
id = "mind"
order = 1
ask_patient = "Any of these: {facts}?"
ask_clinician = "Any of these: {facts}?"
"""
CLASSES = """
[[class]]
id = "class.sedatives"
ingredients = ["examplam"]
source = "label"
"""
PROFILES = """
[[profile]]
id = "us"
label = "United States"
because = "a test"
"""
_BASE = {
    "sources/all.toml": SOURCES,
    "facts/all.toml": FACTS,
    "classes/all.toml": CLASSES,
    "profiles/profiles.toml": PROFILES,
}
HEAD = 'point = "p"\nsource = "label"\nsection = "4"\nsays = "It is said."\n'


def folder(path: Path, statements: str = "", **files: str) -> Path:
    texts = {
        **_BASE,
        "drugs/exampline.toml": statements,
        **{name.replace("__", "/") + ".toml": text for name, text in files.items()},
    }
    for name, text in texts.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return path


def statement(body: str, name: str = "exampline.caution.x", head: str = HEAD) -> str:
    return f'[[statement]]\nid = "{name}"\n{head}{body}\n'


def small(statements: str = "", **files: str) -> Knowledge:
    """Return the small knowledge with these statements, without any file."""
    texts = {
        **_BASE,
        "drugs/exampline.toml": statements,
        **{f"{k.replace('__', '/')}.toml": v for k, v in files.items()},
    }
    return build(parse({name: text.encode() for name, text in texts.items()}), "0" * 64)
