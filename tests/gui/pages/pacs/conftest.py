"""The PACS page beside the Orthanc of the tests."""

from tests.pacs.conftest import orthanc, running_orthanc, write_scans

__all__ = ["orthanc", "running_orthanc", "write_scans"]
