"""Scripts as they are sent to a phone: without the comments that stand on lines of their own.

It is no build step: what is served is the file, line by line, with some lines left out. A comment behind code stays,
since only a parser of the language could tell it from a text.
"""

__all__ = ["without_comments"]


def without_comments(script: str) -> str:
    """Return a script without its lines of comment.

    Args:
        script: In JavaScript; no line of a text that goes over several lines begins with ``//`` or ``/*``.

    Example:
        >>> without_comments("/** Why. */\\n// How.\\nconst a = 1; // said\\n/*\\n * Long.\\n */\\n  f(a);\\n")
        'const a = 1; // said\\n  f(a);\\n'
    """
    kept, is_comment = [], False
    for line in script.splitlines(keepends=True):
        bare = line.strip()
        is_comment = is_comment or bare.startswith("/*")
        if not is_comment and bare and not bare.startswith("//"):
            kept.append(line)
        if is_comment and bare.endswith("*/"):
            is_comment = False
    return "".join(kept)
