"""Prints which figures of its own paper each model reproduces.

``PYTHONPATH=tests python tools/make_models_validated_page.py > docs/reference/models-validated.md``; a test holds the
page to the models.
"""

from fullcourse.knowledge.pk.validated import read_validations
from published_figures import MODELS, models_validated_page, simulated

if __name__ == "__main__":
    figures = [figure for validation in read_validations(MODELS).values() for figure in validation.figures]
    print(models_validated_page([simulated(figure) for figure in figures]), end="")
