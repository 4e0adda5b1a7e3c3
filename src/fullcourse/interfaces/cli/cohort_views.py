"""``fullcourse cohort views``: the facts as SQL-on-FHIR ViewDefinitions, one file each, and their index."""

import json
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.views import INDEX, views_of
from fullcourse.interfaces.cli.echo import echo

__all__ = ["write_all"]


def write_all(folder: Path) -> None:
    """Write every view and the index into a folder, which is made, and say how much that is.

    Args:
        folder: Where; what is there under the same names is replaced.
    """
    views = views_of(load_knowledge())
    folder.mkdir(parents=True, exist_ok=True)
    for name, view in views.items():
        draft = folder / f"{name}.draft"
        draft.write_text(json.dumps(view, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        draft.replace(folder / f"{name}.json")
    facts = views[INDEX]["facts"]
    in_views = sum(bool(fact["views"]) for fact in facts.values())
    echo(f"{len(views) - 1:,} views of {in_views:,} facts: {folder}")
    echo(f"what no view expresses, {len(facts) - in_views:,} facts among it: {folder / INDEX}.json")
