"""Signs programs of Windows with a certificate that is given, by osslsigncode, which runs on every system.

`python -m installer.signing CERTIFICATE PASSWORD_FILE TIMESTAMP PROGRAM` signs one in place.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from installer.editions import TITLE


@dataclass(frozen=True)
class Certificate:
    """A PKCS#12 file with the key, the file with its password, and a server that dates signatures, if any."""

    file: Path
    password: Path
    timestamp: str = ""

    def words(self) -> list[str]:
        """As this module takes it from the command line."""
        return [str(self.file.absolute()), str(self.password.absolute()), self.timestamp]


def sign(path: Path, certificate: Certificate) -> None:
    """Sign a program in place (Authenticode, SHA-256).

    Raises CalledProcessError, and SystemExit without osslsigncode.
    """
    tool = shutil.which("osslsigncode")
    if tool is None:
        raise SystemExit("Signing needs osslsigncode, which is not installed here.")
    signed = path.with_name(f"{path.name}.signed")
    signed.unlink(missing_ok=True)
    key = ["-pkcs12", str(certificate.file), "-readpass", str(certificate.password)]
    dated = ["-ts", certificate.timestamp] if certificate.timestamp else []
    command = [tool, "sign", *key, "-h", "sha256", "-n", TITLE, *dated, "-in", str(path), "-out", str(signed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    signed.replace(path)


if __name__ == "__main__":
    certificate_, password_, timestamp_, program = sys.argv[1:]
    sign(Path(program), Certificate(Path(certificate_), Path(password_), timestamp_))
