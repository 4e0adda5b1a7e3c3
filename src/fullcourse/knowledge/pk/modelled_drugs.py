"""Which drugs have a population model, by the names of the files alone: a check asks that and reads no model."""

from pathlib import Path

__all__ = ["FOLDER", "modelled_drugs"]

FOLDER = Path(__file__).parents[1] / "pk_models"


def modelled_drugs(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the INNs of the drugs that have a model, in order.

    Args:
        folder: The folder of model files, named ``<drug>-<author>-<year>.toml``.
    """
    return tuple(sorted({path.name.split("-")[0] for path in folder.glob("*-*.toml")}))
