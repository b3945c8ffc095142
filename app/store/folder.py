"""A study is a folder; this is what lies where in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from app.bounded import toml_in
from app.errors import AppError
from app.files import whole

AUTHORITY = "server-ca.crt"
"""In a reader's folder: who vouches for the study's server, where not every computer knows that anyway."""


@dataclass(frozen=True)
class StudyFolder:
    """The places of one study.

    `protocol.toml`, `study.db`, `study.toml` (optional: where the database and the second copy are),
    `left_out.csv` (why files could not be used), `coordinator/` (truth and lesion masks, only for the
    coordinator), `backup/`, `locks/`, `scans/` (copies, if any).
    """

    path: Path

    @property
    def protocol(self) -> Path:
        """The protocol, for people to read, and to edit until the first reading session is opened."""
        return self.path / "protocol.toml"

    @property
    def left_out(self) -> Path:
        """How many files were left out when the study was made, and why."""
        return self.path / "left_out.csv"

    @property
    def truth(self) -> Path:
        """The reference standard; no reading process needs it."""
        return self.path / "coordinator" / "truth.csv"

    @property
    def truth_seal(self) -> Path:
        """What binds the truth without telling it; every sitting notes it."""
        return self.path / "truth.sha256"

    @property
    def lesions(self) -> Path:
        """Masks of the true lesions, one `CASE.npz` per case, when they were given; beside the truth."""
        return self.truth.with_name("lesions")

    @property
    def backups(self) -> Path:
        """Copies of the database, made when a session is closed."""
        return self.path / "backup"

    @property
    def locks(self) -> Path:
        """Who reads now."""
        return self.path / "locks"

    @property
    def scans(self) -> Path:
        """Copies of the scans, when they were asked for."""
        return self.path / "scans"

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the study's database."""
        configured = self._configured("database")
        beside = quote(str(self.path.resolve() / AUTHORITY))
        configured = configured.replace(f"sslrootcert={AUTHORITY}", f"sslrootcert={beside}")
        return configured or f"sqlite:///{self.path / 'study.db'}"

    @property
    def second_copy(self) -> Path | None:
        """The folder of the second copy of the results, if one was asked for."""
        configured = self._configured("second_copy")
        return (self.path / configured) if configured else None

    def configure(self, database: str = "", second_copy: str = "") -> None:
        """Write `study.toml`, when there is anything to say in it."""
        import tomli_w

        rows = {key: value for key, value in (("database", database), ("second_copy", second_copy)) if value}
        if rows:
            with whole(self.path / "study.toml") as file:
                file.write(tomli_w.dumps(rows).encode())

    def require(self) -> None:
        """Raise AppError when this is no study."""
        if not self.protocol.is_file():
            raise AppError(
                f"{self.path.name or self.path} is not a study: it has no protocol.toml.",
                "Choose a study folder, or make one with `scintiread study new`.",
            )

    def _configured(self, key: str) -> str:
        file = self.path / "study.toml"
        if not file.is_file():
            return ""
        try:
            value = toml_in(file.read_text(encoding="utf-8")).get(key, "")
        except (ValueError, OSError) as error:
            raise AppError(f"study.toml cannot be read: {error}.", "Correct it, or delete it.") from error
        if not isinstance(value, str):
            raise AppError(f"study.toml: {key} must be a text in quotes.", "Correct it, or delete it.")
        return value
