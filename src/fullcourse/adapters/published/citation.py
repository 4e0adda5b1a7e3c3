"""A citation as JSON."""

from fullcourse.clinical.citation import Citation

__all__ = ["citation_json"]


def citation_json(citation: Citation) -> dict[str, object]:
    """Return where a claim comes from as plain values that JSON can hold."""
    return {
        "source": citation.source,
        "title": citation.title,
        "section": citation.section,
        "address": citation.address,
        "tier": citation.tier,
    }
