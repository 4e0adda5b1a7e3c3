"""What the audit costs a read of a patient's data: the same call with its entry brought to the disk, and without.

Run ``python benchmarks/reads_with_audit.py``. Both are driven in one process, so that the difference is the audit's.
"""

import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fullcourse.adapters.access.audit.reading import verify_audit
from service_people import Clinic, clinic_at

PATIENT = "11111111-1111-4111-8111-111111111111"
CALLS = 400


async def _run(clinic: Clinic, at_once: int) -> tuple[float, float]:
    """Return milliseconds of wall and of processor for each call."""
    transport = httpx.ASGITransport(clinic.app)
    headers = {"Authorization": f"Bearer {clinic.tokens['nurse']}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080", headers=headers) as client:

        async def caller() -> None:
            for _ in range(CALLS // at_once):
                answer = await client.get(f"/api/v1/courses/{PATIENT}/consents")
                assert answer.status_code == 200

        began, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*(caller() for _ in range(at_once)))
        wall, worked = time.perf_counter() - began, time.process_time() - used
        return wall / CALLS * 1000, worked / CALLS * 1000


def main() -> None:
    """Print a table."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, clinic_at(Path(folder) / "courses.db") as clinic:
        clinic.add("nurse", ("nurse",), ("north",))
        clinic.place(PATIENT, "north")
        saw = clinic.door.saw
        sys.stdout.write("at once  audit  wall ms  processor ms\n")
        for at_once in (1, 16):
            for name, door in (("without", lambda _: None), ("with", saw), ("without", lambda _: None), ("with", saw)):
                clinic.door.saw = door  # type: ignore[method-assign]
                before = verify_audit(clinic.access.kept).entries
                wall, used = asyncio.run(_run(clinic, at_once))
                written = verify_audit(clinic.access.kept).entries - before
                assert written == (CALLS if name == "with" else 0)
                sys.stdout.write(f"{at_once:7}  {name:7} {wall:6.2f}  {used:6.2f}\n")


if __name__ == "__main__":
    main()
