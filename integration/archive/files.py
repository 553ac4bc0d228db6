"""From a file as it was downloaded to its text: unpacked, decoded, and never more than a person's log can be."""

import gzip
import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from integration.errors import BadInput

MAX_BYTES = 128 * 2**20  # 20,000 activities with long descriptions are a quarter of it; a zip bomb is beyond
TABLE = "activities.csv"


def read_text(path: Path) -> str:
    """The text of activities.csv or of the API's JSON, be it bare, in Strava's zip or in a .gz.

    Raises BadInput in one line if there is none.
    """
    try:
        file = path.open("rb")
    except IsADirectoryError:
        raise BadInput(f"{path}: is a folder; name the {TABLE} in it") from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
    with file:
        try:
            return _decoded(_unpacked(_content(file)))
        except _UnfitError as error:
            raise BadInput(f"{path}: {error}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise BadInput(f"{path}: the archive is damaged; download it again") from error
        except (RuntimeError, NotImplementedError) as error:
            raise BadInput(f"{path}: the archive is locked; unpack it and name its {TABLE}") from error


class _UnfitError(Exception):
    pass


def _content(file: IO[bytes]) -> bytes:
    """The file's own bytes, or those of the table in it: a whole export holds gigabytes of routes and photos."""
    magic = file.read(4)
    file.seek(0)
    if not magic.startswith(b"PK"):
        return _bounded(file)
    with zipfile.ZipFile(file) as archive:
        tables = [name for name in archive.namelist() if _is_table(name)]
        if not tables:
            raise _UnfitError(f"no {TABLE} in this archive; Strava's export has one")
        with archive.open(min(tables, key=lambda name: (name.count("/"), name))) as member:
            return _bounded(member)


def _is_table(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.name.lower() in (TABLE, f"{TABLE}.gz") and "__MACOSX" not in path.parts


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        return _bounded(file)


def _bounded(file: IO[bytes] | gzip.GzipFile) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _UnfitError(f"holds more than {MAX_BYTES // 2**20} MB, which is no athlete's {TABLE}")
    return data


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what a spreadsheet on Windows saves
