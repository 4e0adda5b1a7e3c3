"""Build the compiled kernels with the package, where there is a C compiler; without one the package is pure Python.

Nothing but the C library is needed: the kernels know nothing of Python, and are opened by ``ctypes``. A wheel that
holds them is of its platform and of every version of Python.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path(__file__).parent / "src" / "fullcourse" / "pharmacokinetics" / "compiled"
LIBRARY = FOLDER / "kernels.so"
FLAGS = ("-O2", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fPIC", "-shared")
SAME_BYTES = (f"-ffile-prefix-map={FOLDER}=.", "-g0", "-s")
"""So that a library built of the same sources by the same compiler is the same, wherever the sources lie."""


def compiler() -> list[str] | None:
    """Return the command of a C compiler; None where there is none, or ``FULLCOURSE_KERNEL=reference`` forbids it."""
    if os.environ.get("FULLCOURSE_KERNEL") == "reference" or sys.platform == "win32":
        return None
    asked = shlex.split(os.environ.get("CC", ""))
    return asked or next(([found] for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


def build() -> bool:
    """Build the library beside its sources; False, and no library, where that is not possible."""
    command = compiler()
    if command is None:
        LIBRARY.unlink(missing_ok=True)
        return False
    sources = [str(path) for path in sorted(FOLDER.glob("*.c"))]
    made = LIBRARY.with_suffix(".new")
    try:
        ran = subprocess.run(  # noqa: S603  the compiler of whoever builds
            [*command, *FLAGS, *SAME_BYTES, *sources, "-o", str(made), "-lm"],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"fullcourse: no compiled kernels ({error}); the reference in NumPy answers, slower\n")
        return False
    if ran.returncode:
        sys.stderr.write(
            f"fullcourse: no compiled kernels; the reference in NumPy answers, slower\n{ran.stderr[-400:]}\n"
        )
        return False
    made.replace(LIBRARY)
    return True


class KernelBuild(BuildHookInterface):
    """Put the library into a wheel, and beside the sources of an editable installation."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict) -> None:
        """Build it, and name the platform of the wheel that holds it."""
        if self.target_name != "wheel" or not build():
            return
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["artifacts"].append(str(LIBRARY.relative_to(Path(__file__).parent)))


if __name__ == "__main__":
    sys.stdout.write("built\n" if build() else "not built: no C compiler\n")
