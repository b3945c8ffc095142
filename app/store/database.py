"""One door to the database: opening it, one transaction per operation, and errors a user can read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from app.errors import AppError
from app.language import for_later, tr
from app.store.server.wire import SILENCE_SECONDS

if TYPE_CHECKING:
    from app.store.server.flights import Flights, Statement
    from app.store.server.patient import PatientConnection

BUSY_SECONDS = 2
"""How long a step waits for another writer. Transactions take milliseconds; a reader's window, which waits
with it, must not stand still for longer, and every step can be tried again."""
_WRITES = "scintiread_writes"
_FILE = "sqlite:///"
_ONE_STATE = "REPEATABLE READ"


class Unreachable(AppError):  # noqa: N818  (a fact that is dealt with)
    """The server is away: nothing is wrong with what was to be written."""


class Database:
    """A study's database; every operation has a transaction of its own, nothing holds one longer."""

    def __init__(self, url: str) -> None:
        """Prepare a connection to any SQLAlchemy URL; nothing is opened yet."""
        self._url = _url(url)
        self.silence_seconds = SILENCE_SECONDS
        """How long a server may say nothing before it counts as away; a file never is."""
        self._engine = _engine(self._url, lambda: self.silence_seconds)
        sqlite = self._engine.dialect.name == "sqlite"  # whose transactions see one state anyway
        self._reading = self._engine.execution_options(**({} if sqlite else {"isolation_level": _ONE_STATE}))
        self._writing = self._engine.execution_options(**{_WRITES: True})
        self._opened: tuple[int, int] | None = None
        self._flights: Flights | None = None
        self._claimed = False
        self._as_reader: bool | None = None

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for a server."""
        sqlite = self._url.get_backend_name() == "sqlite"
        return Path(self._url.database) if sqlite and self._url.database else None

    @property
    def name(self) -> str:
        """What messages call it: the file's name, or the URL without its password."""
        return self.file.name if self.file else self._url.render_as_string(hide_password=True)

    @property
    def sealed(self) -> bool:
        """Whether it is a file in a folder where nobody can write: an archive, to be looked at only."""
        return _sealed(self._url) is not None

    @property
    def as_reader(self) -> bool:
        """Whether a reader's login is used, which sees of a shared study what that reader may know."""
        if self.file is None and self._as_reader is None:
            (rows,) = self.look(text("SELECT current_schema() AS room"))
            self._as_reader = rows[0].room == "seat"
        return bool(self._as_reader)

    @as_reader.setter
    def as_reader(self, known: bool) -> None:
        self._as_reader = known

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look at the database."""
        with _translated(self.name, self.file), self._reading.begin() as connection:
            self._expect_the_same_file()
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One change: durable when the block ends, undone when it raises."""
        with _translated(self.name, self.file), self._writing.begin() as connection:
            yield connection
            self._expect_the_same_file()

    def look(self, *queries: Executable) -> Sequence[Sequence[Any]]:  # Any: rows, by name
        """The rows of each query, all of one state of the database; of a server in one round trip."""
        if self.file is not None:
            with self.reading() as connection:
                return [connection.execute(query).all() for query in queries]
        from app.store.server.flights import BEGIN, COMMIT

        statements = [self.statement(query) for query in queries]
        one = len(statements) == 1
        asked = statements if one else [BEGIN, *statements, COMMIT]
        rested = self._flights is not None and self._flights.open
        try:
            rows = self.fly(*asked)
        except Unreachable:
            if not rested:
                raise
            rows = self.fly(*asked)  # the connection may have been lost long ago
        return rows if one else rows[1:-1]

    def statement(self, query: Executable) -> Statement:
        """A query as a server's driver takes it."""
        compiled = query.compile(  # type: ignore[attr-defined]  # every query that is made here has it
            dialect=self._engine.dialect, compile_kwargs={"render_postcompile": True}
        )
        return str(compiled), compiled.params

    def fly(self, *statements: Statement) -> Sequence[Sequence[Any]]:  # Any: as above
        """The rows of each statement, sent to the server at once on the connection that is kept for this."""
        self._flights = self._flights or self._line()
        return self.sent(self._flights, *statements)

    def sent(self, line: Flights, *statements: Statement) -> Sequence[Sequence[Any]]:  # Any: as above
        """The same on a line of the caller's."""
        import psycopg

        try:
            return line.fly(*statements)
        except psycopg.Error as error:
            wrapped = DBAPIError.instance(None, None, error, psycopg.Error, dialect=self._engine.dialect)
            assert isinstance(wrapped, SQLAlchemyError)
            raise readable(wrapped, self.name) from error

    def line_to_keep(self) -> Flights:
        """A connection that tells the server who is there: the one that is kept, for who asks first."""
        if self._claimed:
            return self._line()
        self._claimed = True
        self._flights = self._flights or self._line()
        return self._flights

    def _line(self) -> Flights:
        from app.store.server.flights import Flights
        from app.store.server.passwords import with_password
        from app.store.server.patient import connect
        from app.store.server.wire import wire_options

        def dial() -> PatientConnection:
            words, options = self._engine.dialect.create_connect_args(with_password(self._url))
            chosen = {**options, **wire_options(self._url), "autocommit": True, "prepare_threshold": None}
            return connect(lambda: self.silence_seconds, tuple(words), chosen)

        return Flights(dial)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()
        if self._flights is not None:
            self._flights.close()

    def _expect_the_same_file(self) -> None:
        """Raise AppError when the SQLite file was moved, deleted or replaced since it was opened.

        The system would go on writing into the old file, which nobody can find any more.
        """
        if self.file is None:
            return
        try:
            found = self.file.stat()
            here = (found.st_dev, found.st_ino)
        except OSError:
            here = None
        if self._opened is None or here == self._opened:
            self._opened = here
            return
        self._engine.dispose()  # the next try opens what is there then
        self._opened = here or self._opened
        raise AppError(
            f"{self.name} is not where it was when the study was opened.",
            "Bring its folder or the network share back, then try again.",
        )


def _url(url: str) -> URL:
    """The URL, that of a file with all signs of its path, as the question mark of `\\\\?\\`."""
    file = url.removeprefix(_FILE)
    return make_url(url) if file == url else URL.create("sqlite", database=file)


def _engine(url: URL, silence: Callable[[], float]) -> Engine:
    if url.get_backend_name().startswith("postgresql"):
        return _server_engine(url, silence)
    sealed = _sealed(url)
    engine = create_engine(sealed or url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sealed if sealed else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _sealed(url: URL) -> URL | None:
    """How a file in a folder where nobody can write is opened, None for any other database.

    An archive is looked at as it lies there. Raises AppError for one whose last records wait in a journal.
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    file = Path(url.database)
    if not file.is_file() or os.access(file.parent, os.W_OK):
        return None
    journal = file.with_name(f"{file.name}-wal")
    if journal.is_file() and journal.stat().st_size:
        raise AppError(
            f"{file.name} lies where nobody can write, and its last records wait in {journal.name}.",
            "Copy the study to where you may write, and open it there.",
        )
    name = f"file:{quote(file.resolve().as_posix())}"
    return URL.create("sqlite", database=name, query={"mode": "ro", "immutable": "1", "uri": "true"})


def _server_engine(url: URL, silence: Callable[[], float]) -> Engine:
    from app.store.server.passwords import with_password
    from app.store.server.patient import connect
    from app.store.server.wire import wire_options

    engine = create_engine(with_password(url), pool_pre_ping=True, connect_args=wire_options(url))

    def patiently(_dialect: Any, _record: Any, words: Any, options: Any) -> Any:  # Any: the driver's
        return connect(silence, tuple(words), options)

    event.listen(engine, "do_connect", patiently)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # Any: the driver's own connection
    """WAL with synchronous FULL: a committed answer survives a power cut."""
    connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_sealed(connection: Any, _record: Any) -> None:  # Any: the driver's own connection
    """Nothing is set: what would be written is refused by the database itself."""
    connection.isolation_level = None


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once, so that two of them queue instead of failing half-way."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated(name: str, file: Path | None = None) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise readable(error, name, file) from error


def readable(error: SQLAlchemyError, name: str, file: Path | None = None) -> AppError:
    """What went wrong with the database `name`, and what to do about it."""
    said = str(error.orig).lower() if isinstance(error, DBAPIError) and error.orig else str(error).lower()
    if isinstance(error, IntegrityError):
        return AppError(
            tr(
                "{name} refused the entry because it is there already, or somebody"
                " else wrote at the same time.",
                name=name,
            ),
            tr("Close other windows on this study and open it again."),
        )
    refusal = _REFUSED.search(str(error.orig)) if isinstance(error, DBAPIError) else None
    if refusal:
        return AppError(
            tr("{name} refused the entry: {why}.", name=name, why=refusal[1]),
            tr("Close the window and open the study again."),
        )
    there = file is not None and file.is_file()
    if "unable to open" in said and file is not None and there and not os.access(file.parent, os.W_OK):
        said = "read-only"  # SQLite itself says no more than that it could not open
    for words, message, hint in _KNOWN:
        if any(word in said for word in words):
            kind = Unreachable if message == _SILENT else AppError
            return kind(f"{name} {tr(message)}", tr(hint))
    first_line = said.split("\n")[0] if said else type(error).__name__
    return AppError(
        tr("{name} could not be used: {why}.", name=name, why=first_line),
        tr("Try again; if it stays, check the database."),
    )


_REFUSED = re.compile(r"scintiread: (.+)")
"""What a door of a shared study says."""
_SILENT = for_later("did not answer.")
_KNOWN: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        (
            "certificate",
            "does not support ssl",
            "ssl error",
            "authentication method requirement",
            "channel binding",
        ),
        for_later("did not prove by TLS that it is the study's server, and was told no password."),
        for_later("Ask who runs it; `?sslrootcert=FILE` in the URL names the authority of its certificate."),
    ),
    (
        ("password authentication failed", "no password supplied", "permission denied for database"),
        for_later("refuses this login or its password."),
        for_later("`scintiread study login FOLDER` keeps the right one; the coordinator can make a new one."),
    ),
    (
        ("malformed", "not a database", "file is encrypted", "unsupported file format"),
        for_later("is damaged and was left as it is."),
        for_later(
            "`scintiread study restore` puts the fullest backup in its place and adds what the"
            " second copy has."
        ),
    ),
    (
        ("disk is full", "no space", "full"),
        for_later("could not be written: the disk is full."),
        for_later("Free some space, then try again; nothing was lost."),
    ),
    (
        ("readonly", "read-only", "permission denied"),
        for_later("could not be written: it, or its folder, is read-only."),
        for_later("Give yourself permission to write there, then try again."),
    ),
    (
        ("locked", "busy"),
        for_later("is in use by another program."),
        for_later("Wait a moment and try again; close other windows on this study."),
    ),
    (
        ("disk i/o error", "unable to open", "input/output"),
        for_later("could not be reached."),
        for_later("Check the disk or the network share, then try again; nothing was lost."),
    ),
    (
        (
            "could not connect",
            "connection refused",
            "connection to server",
            "server closed the connection",
            "terminating connection",
            "consuming input failed",
            "connection is closed",
            "connection timeout",
            "the connection is lost",
            "starting up",
            "shutting down",
        ),
        _SILENT,
        for_later("Check the network and the server, then try again; nothing was lost."),
    ),
)


def format_of(database: Database) -> int:
    """The schema's number; 0 when there is none. A server that has one is asked once."""
    newest = text("SELECT MAX(version) AS version FROM schema_version")
    if database.file is None:
        with suppress(AppError):
            room = text("SELECT current_schema() AS room")
            found, where = database.look(newest, room)
            database.as_reader = where[0].room == "seat"
            return int(found[0].version or 0)
    from sqlalchemy import inspect

    with database.reading() as connection:
        if not inspect(connection).has_table("schema_version"):
            return 0
        return int(connection.execute(newest).scalar() or 0)
