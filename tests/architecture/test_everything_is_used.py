"""Nothing public stands in the package that no command reaches: what only tests use is not what users get.

The walk begins at the console script and goes by names: what reached code mentions, by name, attribute or in a text
such as ``package.module:function``, is reached. That lets through too much, never too little.
"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "fullcourse"
DOORS = ("fullcourse.interfaces.cli.start", "fullcourse.__main__")

ALLOWED = {
    "fullcourse.adapters.access.store.migrations.env": "Alembic runs it, and finds it by its folder",
    "fullcourse.adapters.access.store.migrations.versions.v0001_access": "the tables' history: Alembic finds it there",
    "fullcourse.adapters.access.store.migrations.versions.v0002_turns": "the same",
    "fullcourse.adapters.access.store.migrations.versions.v0003_reminders": "the same",
    "fullcourse.__dir__": "the public Python surface, for whoever looks at it",
    "fullcourse.__getattr__": "the public Python surface",
    "fullcourse.adapters.fhir.read.reader.read_fhir": "a record in memory, for whoever builds on the package",
    "fullcourse.adapters.cds_hooks.kept.migrations.env": "Alembic runs it, and finds it by its folder",
    "fullcourse.adapters.cds_hooks.kept.migrations.versions.v0001_feedback": "the same",
    "fullcourse.adapters.store.migrations.env": "Alembic runs it, and finds it by its folder",
    "fullcourse.adapters.store.migrations.versions.v0001_events": "the tables' history: Alembic finds it by its folder",
    "fullcourse.adapters.store.migrations.versions.v0002_key_file": "the same",
    "fullcourse.adapters.register.cluster.facts.find_on_cluster": "fc.spark.findings: other programs call it",
    "fullcourse.adapters.register.cluster.files.lines_of_table": "fc.spark.facts of a table: other programs call it",
    "fullcourse.adapters.register.engine.screen.screen_facts": "what Spark does beside it, which tests hold against it",
    "fullcourse.clinical.__getattr__": "the public names of the nouns",
    "fullcourse.clinical.dose.Regimen": "a noun of the house; regimens are its first user",
    "fullcourse.clinical.formulas.ideal_body_weight_kg": "the published formula, which its bounds are held against",
    "fullcourse.interfaces.python.course": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.levels.advise": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.levels.attainment": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.levels.estimate": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.levels.simulate": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.reading": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.records.day_of": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.records.identities": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.spark": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.symptoms.overdose": "the public Python surface: other programs call it",
    "fullcourse.interfaces.python.treatment": "the public Python surface: other programs call it",
    "fullcourse.pharmacokinetics.__getattr__": "the public names that the reference documents",
    "fullcourse.rules.sql.InFull": "one statement's SQL in full, which tests hold against one patient",
    "fullcourse.rules.sql.outcome_expression": "one statement's SQL in full, which tests hold against one patient",
    "fullcourse.screening.company.company_findings": "the findings of a regimen on record, without a check of a drug",
}
"""What no command uses, and why it stands there all the same."""


class Package:
    """The definitions of a package, and which of them are reached from its doors."""

    def __init__(self, folder: Path, doors: tuple[str, ...]) -> None:
        self.trees = {
            ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
                path.read_text("utf-8")
            )
            for path in sorted(folder.rglob("*.py"))
        }
        self.definitions = {
            (module, node.name): node
            for module, tree in self.trees.items()
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        self.imports = {module: self._imports(tree) for module, tree in self.trees.items()}
        self.modules: set[str] = set()
        self.reached: set[tuple[str, str]] = set()
        self.waiting = [(door, "") for door in doors]
        while self.waiting:
            self._reach(*self.waiting.pop())

    def unused(self) -> list[str]:
        """Return the modules, and the public functions and classes, that are not reached."""
        modules = [name for name, tree in self.trees.items() if name not in self.modules and len(tree.body) > 1]
        left = [
            f"{module}.{name}"
            for module, name in self.definitions
            if (module, name) not in self.reached
            and module in self.modules
            and (not name.startswith("_") or name.startswith("__"))
        ]
        return sorted(modules + left)

    def _imports(self, tree: ast.Module) -> dict[str, tuple[str, str]]:
        return {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def _reach(self, module: str, name: str) -> None:
        if module not in self.modules and module in self.trees:
            self.modules.add(module)
            self.waiting += [(module, mentioned) for mentioned in self._run_at_import(module)]
            self.waiting.append((module.rpartition(".")[0], ""))
        if (module, name) in self.definitions and (module, name) not in self.reached:
            self.reached.add((module, name))
            self.waiting += [(module, mentioned) for mentioned in _mentioned(self.definitions[module, name])]
        elif name in self.imports.get(module, {}):
            origin, original = self.imports[module][name]
            whole = f"{origin}.{original}"
            self.waiting.append((whole, "") if whole in self.trees else (origin, original))
        elif "|" in name:
            alias, _, attribute = name.partition("|")
            self.waiting.append((".".join(self.imports.get(module, {}).get(alias, ("", ""))), attribute))
        elif ":" in name:
            place, _, called = name.partition(":")
            named = [place] if place in self.trees else [it for it in self.trees if it.endswith("." + place.strip("."))]
            self.waiting += [(one, called) for one in named]

    def _run_at_import(self, module: str) -> set[str]:
        """Return what a module mentions as it is loaded, and its functions that a decorator hands on."""
        mentioned: set[str] = set()
        for node in self.trees[module].body:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                mentioned |= {node.name}.union(*map(_mentioned, node.decorator_list))
            elif not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) and not (
                _lists_names(node)
            ):
                mentioned |= _mentioned(node)
        return mentioned


def _lists_names(node: ast.stmt) -> bool:
    """Whether it is what a module exports, or where a package finds it: a list of names, which uses none of them."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(it, ast.Name) and it.id in {"__all__", "_HOME"} for it in targets)


def _mentioned(node: ast.AST) -> set[str]:
    names = {it.id for it in ast.walk(node) if isinstance(it, ast.Name)}
    names |= {it.attr for it in ast.walk(node) if isinstance(it, ast.Attribute)}
    names |= {
        f"{it.value.id}|{it.attr}"
        for it in ast.walk(node)
        if isinstance(it, ast.Attribute) and isinstance(it.value, ast.Name)
    }
    return names | {it.value for it in ast.walk(node) if isinstance(it, ast.Constant) and isinstance(it.value, str)}


def test_a_command_reaches_every_module_and_every_public_function():
    unused = Package(PACKAGE, DOORS).unused()
    assert [name for name in unused if name not in ALLOWED] == []


def test_nothing_is_allowed_that_is_used_or_gone():
    assert set(ALLOWED) - set(Package(PACKAGE, DOORS).unused()) == set()


def test_what_only_a_test_would_use_is_seen(tmp_path):
    folder = tmp_path / "planted"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A package."""\n')
    (folder / "door.py").write_text(
        '"""A door."""\nfrom planted.used import reached\nTABLE = {"go": "planted.lazy:late"}\n'
        "def main():\n    return reached()\nmain()\n"
    )
    (folder / "used.py").write_text('"""Used."""\ndef reached():\n    pass\ndef twin():\n    return reached()\n')
    (folder / "lazy.py").write_text('"""Late."""\ndef late():\n    pass\n')
    (folder / "alone.py").write_text('"""Alone."""\ndef nobody():\n    pass\n')
    assert Package(folder, ("planted.door",)).unused() == ["planted.alone", "planted.used.twin"]
