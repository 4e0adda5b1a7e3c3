"""Prints the table of E2B(R3) data elements that the package reads, from the table of FDA's guide.

``python tools/make_e2b_elements.py > src/fullcourse/adapters/e2b/elements.toml``; a test holds the file to it. Paths
lose the words for the kind of an element, which say nothing of the case, and their common beginnings; a path that is no
XPath, or that says "See X-Path Reference", is left out: the layout says where such an element stands.
"""

import csv
import re
from pathlib import Path

from lxml import etree

FILE = Path(__file__).parents[1] / "tests" / "data" / "e2b-r3" / "icsr_data_elements.csv"
NULLS = ("NI", "MSK", "UNK", "NA", "ASKU", "NASK", "NINF", "PINF", "OTH")
MESSAGE = "/MCCI_IN200100UV01/PORR_IN049016UV[r]"
CASE = f"{MESSAGE}/controlActProcess/subject/investigationEvent"
PATIENT = f"{CASE}/component[adverseEventAssessment]/adverseEventAssessment/subject1/primaryRole"
BASES = {"patient": PATIENT, "case": CASE, "message": MESSAGE}
KIND = re.compile(r"\[@(?:classCode|moodCode|typeCode|determinerCode)=['\"’][\w.]+['\"’]\]")
OBSERVATION = re.compile(r"^<Observation><code>\s*=\s*C\d+\.?\s*")
CODE = re.compile(r"(?:^|\s)(C?\d+)\s*[=-]\s*(.*?)(?=\s+C?\d+\s*[=-]|$)")
UNIT = re.compile(r"(\{\w+\}|[\w.]+)\s*(?:\((\w+)\)|(?=,|$))")


def one_line(text: str) -> str:
    """Return a cell on one line."""
    return " ".join(text.split())


def quoted(text: str) -> str:
    """Return a basic string of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def codes(allowed: str, kind: str) -> dict[str, str]:
    """Return what an element may hold, where the table lists it all, with what each means."""
    allowed = OBSERVATION.sub("", allowed)
    allowed = re.split(r"\s*,?\s*null\s?[Ff]lavors?\s*:", allowed)[0].strip(" ,")
    if kind == "Boolean":
        return {word: word for word in ("true", "false") if re.search(rf"\b{word}\b", allowed)}
    units = re.match(r"(?:Constrained )?UCUM codes?: (?=a |mo|s\(|s )(.*)", allowed)
    if units:
        return {code: meaning.lower() for code, meaning in UNIT.findall(units[1])}
    return dict(CODE.findall(allowed)) if re.match(r"C?\d+\s*[=-]\s*\D", allowed) or "15-Day" in allowed else {}


def path(text: str) -> str:
    """Return a path in short, or nothing where it is none that a machine can follow."""
    text = KIND.sub("", one_line(text)).replace("/ ", "/").replace("[1]/", "/")
    try:
        etree.XPath(text, namespaces={"xsi": "http://www.w3.org/2001/XMLSchema-instance"})
    except etree.XPathSyntaxError:
        return ""
    if not re.match(r"(?:substring\()?/MCCI", text) or "UUID of" in text:
        return ""
    for name, base in BASES.items():
        text = text.replace(base, f"{{{name}}}")
    return text


def precision(rules: str) -> str:
    """Return how exact a date must be: ``second``, ``day`` or ``year``; nothing where the table does not say."""
    if "to the second" in rules:
        return "second"
    found = re.search(r"precision required is the (day|year)", rules)
    return found[1] if found else ""


def element(row: list[str]) -> list[str]:
    """Return the lines of one element."""
    kind = one_line(row[5])
    lines = ["[[element]]", f"number = {quoted(row[2].strip())}", f"name = {quoted(one_line(row[3]))}"]
    lines.append(f"receiver = {quoted(row[0].strip())}")
    if kind not in ("", "-"):
        lines.append(f"type = {quoted(kind)}")
    if row[4].strip().isdigit():
        lines.append(f"length = {int(row[4])}")
    listed = codes(one_line(row[6]), kind)
    if listed:
        lines.append("codes = { " + ", ".join(f"{quoted(c)} = {quoted(m)}" for c, m in listed.items()) + " }")
    nulls = [name for name, said in zip(NULLS, row[20:29], strict=True) if said.strip().lower() == "yes"]
    if nulls:
        lines.append("nulls = [" + ", ".join(map(quoted, nulls)) + "]")
    required = [who for who, said in (("ICH", row[7]), ("FDA", row[9])) if one_line(said) == "Required"]
    if required:
        lines.append("required_by = [" + ", ".join(map(quoted, required)) + "]")
    if one_line(row[7] + row[9]).startswith("Conditional"):
        lines.append("conditional = true")
    exact = precision(one_line(row[8]))
    if exact:
        lines.append(f"precision = {quoted(exact)}")
    lines += [
        f"{name} = {quoted(said)}" for name, said in (("path", path(row[32])), ("null_path", path(row[33]))) if said
    ]
    return [*lines, ""]


def table() -> str:
    """Return the table, in TOML."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[2:]
    lines = [
        "# The data elements of ICH E2B(R3), with FDA's for reports after approval.",
        "# Printed by tools/make_e2b_elements.py from FDA's table; do not edit.",
        "",
        "[bases]",
        *(f"{name} = {quoted(base)}" for name, base in BASES.items()),
        "",
    ]
    for row in rows:
        if re.match(r"(?:FDA\.)?[NCDEFGH]\.", row[2].strip()) and row[2].strip() != "FDA.G.k.12.r.7":
            lines += element(row)
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(), end="")
