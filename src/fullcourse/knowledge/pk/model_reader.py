"""Reads the files of published population models, or says everything that is wrong with them.

A number without its place in the paper does not load, nor does one whose unit cannot be that of its parameter: the
engine works in mg, L and h alone, so a clearance in mL/min would be wrong by a factor and nobody would see it.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.pk.model_file import LeftOut, NotFor, PkModelFile
from fullcourse.knowledge.pk.model_lint import lint_pk_model
from fullcourse.knowledge.pk.model_rows import (
    read_covariance,
    read_covariate,
    read_demographic,
    read_derived,
    read_dose_site,
    read_effect,
    read_limit,
    read_mixture_class,
    read_observation,
    read_parameter,
    read_population,
    read_relation,
    read_residual,
    read_rows,
    read_structure,
    read_uses,
)
from fullcourse.knowledge.pk.modelled_drugs import FOLDER
from fullcourse.knowledge.tables import Table

__all__ = ["FOLDER", "read_pk_model", "read_pk_model_file", "read_pk_models"]

GRADES = ("A", "B+", "B")


def read_pk_models(folder: Path = FOLDER, drug: str | None = None) -> dict[str, PkModelFile]:
    """Read every model of a folder, or those of one drug.

    Args:
        folder: The folder of model files, named ``<drug>-<author>-<year>.toml``.
        drug: INN; only its files are opened.

    Returns:
        The models by id, in the order of the files.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    models: dict[str, PkModelFile] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob(f"{drug or '*'}-*.toml")):
        try:
            model = read_pk_model_file(path)
        except KnowledgeError as error:
            faults.extend(error.faults)
            continue
        if model.id in models:
            faults.append(Fault(model.file, model.id, "the id stands in two files", "An id is given once."))
        models[model.id] = model
    if faults:
        raise KnowledgeError(faults)
    return models


def read_pk_model_file(path: Path) -> PkModelFile:
    """Read one model file.

    Raises:
        KnowledgeError: With every fault of the file.
    """
    name = f"pk_models/{path.name}" if path.parent == FOLDER else path.name
    try:
        row = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError:
        fault = Fault(name, "", "the file cannot be opened", "Give the path of a model file.")
        raise KnowledgeError([fault]) from None
    except UnicodeDecodeError as error:
        fault = Fault(name, "", f"byte {error.start} is not UTF-8", "Save the file as UTF-8.")
        raise KnowledgeError([fault]) from None
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError([Fault(name, "", f"it is not TOML: {error}", "Correct the line.")]) from None
    return read_pk_model(row, name)


def read_pk_model(row: Mapping[str, object], file: str) -> PkModelFile:
    """Read one model from its parsed table.

    Args:
        row: The table.
        file: Path inside the knowledge folder, for messages.

    Raises:
        KnowledgeError: With every fault of the model: keys, units and dimensions, names, and a covariance that is
            not positive definite.
    """
    faults: list[Fault] = []
    where = row.get("id")
    table = Table(row, file, where if isinstance(where, str) else "", faults)
    effects = read_rows(table, "random_effect", read_effect)
    occasion_effects = read_rows(table, "occasion_effect", read_effect)
    covariates = read_rows(table, "covariate", read_covariate)
    parameters = read_rows(table, "parameter", read_parameter)
    for what, names in (("covariate", [c.id for c in covariates]), ("parameter", [p.name for p in parameters])):
        for name in sorted({name for name in names if names.count(name) > 1}):
            table.fault(f"{what} '{name}' is given twice", "Keep one.")
    model = PkModelFile(
        id=table.text("id"),
        drug=table.text("drug"),
        title=table.text("title"),
        reference=table.text("reference"),
        doi=table.text("doi"),
        grade=table.choice("grade", GRADES),
        read_from=table.text("read_from"),
        review=table.choice("review", ("unreviewed",)),
        uses=read_uses(table),
        default_for=table.choice("default_for", ("adults", "children"), required=False),
        file=file,
        population=read_population(table.inner(table.mapping("population"))),
        structure=read_structure(table.inner(table.mapping("structure"))),
        dose_sites=read_rows(table, "dose_site", read_dose_site),
        observations=read_rows(table, "observation", read_observation),
        covariates={read.id: read for read in covariates},
        demographics=read_rows(table, "demographic", read_demographic),
        limits=read_rows(table, "limit", read_limit),
        not_for=read_rows(table, "not_for", lambda t: NotFor(t.text("fact"), t.text("because"))),
        parameters={read.name: read for read in parameters},
        derived=read_rows(table, "derived", read_derived),
        relations=read_rows(table, "relation", read_relation),
        random_effects=effects,
        covariances=read_rows(table, "covariance", lambda t: read_covariance(t, effects)),
        occasion_effects=occasion_effects,
        occasion_covariances=read_rows(table, "occasion_covariance", lambda t: read_covariance(t, occasion_effects)),
        residuals=read_rows(table, "residual", read_residual),
        mixture=read_rows(table, "mixture", read_mixture_class),
        left_out=read_rows(table, "left_out", lambda t: LeftOut(t.text("what"), t.text("because"))),
        caveats=table.texts("caveat"),
    )
    table.done()
    if not faults:  # the checks between rows need rows that could be read
        faults.extend(lint_pk_model(model))
    if faults:
        raise KnowledgeError(faults)
    return model
