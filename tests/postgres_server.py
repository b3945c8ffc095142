"""A PostgreSQL server of its own on a free port, for tests and benchmarks; skips where there is none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.patience import PATIENCE_S

WHY_NOT = "needs a PostgreSQL server (Debian: postgresql) and root, who may start it as its own user"


def available() -> bool:
    """Whether a server can be started here."""
    return bool(_binaries()) and hasattr(os, "geteuid") and os.geteuid() == 0


class Server:
    """Starts on creation, stops with `stop`; `restart` breaks every connection at once, as a crash does.

    `inside`: words that start a program in another network, where the server listens on `address`.
    """

    def __init__(self, inside: Sequence[str] = (), address: str = "127.0.0.1") -> None:
        self._inside = tuple(inside)
        self._address = address
        self._folder = Path(tempfile.mkdtemp(prefix="scintiread-postgres-"))
        self._folder.chmod(0o755)
        shutil.chown(self._folder, "postgres", "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        data = str(self._folder / "data")
        self._call(
            "initdb", "-D", data, "-A", "scram-sha-256", "-U", "app", "--encoding=UTF8", "--locale=C.UTF-8",
            "--no-sync", f"--pwfile={self._password_file()}",
        )  # fmt: skip
        with (self._folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host all all samenet scram-sha-256\n")
        self.start()

    def url(self, database: str = "postgres", user: str = "app", password: str = "owner") -> str:
        """The SQLAlchemy URL of a database on it."""
        return f"postgresql+psycopg://{user}:{password}@{self._address}:{self.port}/{database}"

    def make(self, database: str) -> str:
        """A new empty database; its URL."""
        import psycopg

        address = self.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')  # type: ignore[call-overload]
        return self.url(database)

    def age(self, epoch: int) -> None:
        """Be a server that has done `epoch` times four thousand million transactions."""
        self._control("-m", "fast", "stop")
        self._call("pg_resetwal", "-D", str(self._folder / "data"), "-e", str(epoch))
        self.start()

    def use_certificate(self, certificate: Path, key: Path) -> None:
        """Speak TLS from now on."""
        import psycopg

        for file, name in ((certificate, "server.crt"), (key, "server.key")):
            place = self._folder / "data" / name
            shutil.copyfile(file, place)
            shutil.chown(place, "postgres", "postgres")
            place.chmod(0o600)
        with psycopg.connect(self.url().replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET ssl = on")
        self.crash()
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = (
            f"-c listen_addresses={self._address} -c port={self.port} -c max_connections=200 -c fsync=off "
            f"-c unix_socket_directories={self._folder}"
        )
        for rest in (4, 3, 2, 1, 0):  # after a crash the last child may still hold the memory
            try:
                self._control("-w", "-l", str(self._folder / "log"), "-o", options, "start")
                return
            except subprocess.CalledProcessError:
                if not rest:
                    raise RuntimeError((self._folder / "log").read_text()[-2000:]) from None
                time.sleep(0.5)

    def crash(self) -> None:
        """Stop at once, without goodbye to anybody."""
        self._control("-m", "immediate", "stop")

    def stop(self) -> None:
        """Stop for good and clean up."""
        self.crash()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, *words: str) -> None:
        self._call("pg_ctl", "-D", str(self._folder / "data"), *words)

    def _call(self, program: str, *words: str) -> None:
        command = [*self._inside, "runuser", "-u", "postgres", "--", str(_binaries()[-1] / program), *words]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=PATIENCE_S
        )

    def _password_file(self) -> Path:
        file = self._folder / "password"
        file.write_text("owner\n", encoding="utf-8")
        shutil.chown(file, "postgres", "postgres")
        return file


def _binaries() -> list[Path]:
    return sorted(file.parent for file in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
