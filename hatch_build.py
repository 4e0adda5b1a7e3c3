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

PACKAGE = Path(__file__).parent / "src" / "fullcourse"
LIBRARIES = {
    PACKAGE / "pharmacokinetics" / "compiled" / "kernels.so": PACKAGE / "pharmacokinetics" / "compiled",
    PACKAGE / "adapters" / "register" / "scan" / "scan.so": PACKAGE / "adapters" / "register" / "scan",
}
"""Each library, and the folder of its sources."""
FLAGS = ("-O2", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fPIC", "-shared")
SAME_BYTES = ("-g0", "-s")
"""So that a library built of the same sources by the same compiler is the same, wherever the sources lie."""


def compiler() -> list[str] | None:
    """Return the command of a C compiler; None where there is none, or ``FULLCOURSE_KERNEL=reference`` forbids it."""
    if os.environ.get("FULLCOURSE_KERNEL") == "reference" or sys.platform == "win32":
        return None
    asked = shlex.split(os.environ.get("CC", ""))
    return asked or next(([found] for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


def build() -> bool:
    """Build the libraries beside their sources; False, and no library, where that is not possible."""
    command = compiler()
    if command is None:
        for library in LIBRARIES:
            library.unlink(missing_ok=True)
        return False
    built = [build_one(command, library, folder) for library, folder in LIBRARIES.items()]
    return all(built)


def build_one(command: list[str], library: Path, folder: Path) -> bool:
    """Build one library; False where the compiler does not."""
    sources = [str(path) for path in sorted(folder.glob("*.c"))]
    made = library.with_suffix(".new")
    try:
        ran = subprocess.run(  # noqa: S603  the compiler of whoever builds
            [*command, *FLAGS, f"-ffile-prefix-map={folder}=.", *SAME_BYTES, *sources, "-o", str(made), "-lm"],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"fullcourse: no compiled {library.stem} ({error}); Python answers, slower\n")
        return False
    if ran.returncode:
        sys.stderr.write(f"fullcourse: no compiled {library.stem}; Python answers, slower\n{ran.stderr[-400:]}\n")
        return False
    made.replace(library)
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
        build_data["artifacts"] += [str(library.relative_to(Path(__file__).parent)) for library in LIBRARIES]


if __name__ == "__main__":
    sys.stdout.write("built\n" if build() else "not built: no C compiler\n")
