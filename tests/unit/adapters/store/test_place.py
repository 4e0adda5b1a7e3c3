"""A store in a file stands on a disk of its own computer, and one program has it."""

from pathlib import Path

import pytest

from fullcourse.adapters.store.place import network_file_system, refuse_network
from fullcourse.clinical.errors import InputError

MOUNTS = """\
22 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /srv/clinic rw - nfs4 server:/export rw
31 30 253:1 / /srv/clinic/local rw - ext4 /dev/vdb rw
32 22 0:27 / /mnt/my\\040share rw - cifs //server/share rw
33 22 0:28 / /mnt/phone rw - fuse.sshfs phone:/ rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/clinic/courses.db", ""),
        ("/srv/clinic/courses.db", "nfs4"),
        ("/srv/clinic/deep/er/courses.db", "nfs4"),
        ("/srv/clinic/local/courses.db", ""),
        ("/srv/clinical/courses.db", ""),
        ("/mnt/my share/courses.db", "cifs"),
        ("/mnt/phone/courses.db", "fuse.sshfs"),
    ],
)
def test_a_network_file_system_is_told_by_the_deepest_mount(mounts: Path, place: str, kind: str):
    assert network_file_system(Path(place), mounts) == kind


def test_a_store_on_a_network_is_refused_and_one_where_nobody_can_tell_is_not(mounts: Path, tmp_path: Path):
    with pytest.raises(InputError, match="nfs4"):
        refuse_network(Path("/srv/clinic/courses.db"), mounts)
    refuse_network(Path("/srv/clinic/courses.db"), tmp_path / "no-table")
    refuse_network(Path("/home/courses.db"), mounts)
