"""Run every benchmark, one after the other; each asserts its right answers before it times anything."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = {"run.py", "timing.py", "made_up_register.py", "real_shaped_register.py", "process_meter.py", "cql_peer.py"}
"""What is no question of its own; `cohort_spark.py` is run by `cohort.py`."""


def main() -> None:
    scripts = sorted(path for path in HERE.glob("*.py") if path.name not in PARTS | {"cohort_spark.py"})
    failed = []
    for script in scripts:
        print(f"\n# {script.name}", flush=True)
        if subprocess.run([sys.executable, script], check=False).returncode:  # noqa: S603 - our own scripts
            failed.append(script.name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
