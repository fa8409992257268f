"""Own a file of records that only grows: what was appended is there after a kill or a crash.

A record is its length, the CRC-32 of its bytes (8 and 4 bytes, network order) and its bytes. A
record cut short at the end was never acknowledged, and goes when the file is opened.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from kg.errors import NotStoredError, StorageError

__all__ = ["Journal", "sync_folder"]

_MAGIC = b"clef journal 1\n"
_HEAD = struct.Struct("!QI")


class Journal:
    """The records of one file, and the means to add another; not safe for several threads.

    Raise `StorageError` where the file cannot be read, or is damaged before its last record.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._broken = False
        try:
            self._file = path.open("r+b" if path.exists() else "x+b", buffering=0)
        except OSError as error:
            raise StorageError(f"cannot be opened: {error.strerror}", where=str(path)) from error
        try:
            self.records = list(self._read())
        except OSError as error:
            self.close()
            raise StorageError(f"cannot be read: {error.strerror}", where=str(path)) from error
        except StorageError:
            self.close()
            raise

    def _read(self) -> Iterator[bytes]:
        content = self._file.read()
        if not content.startswith(_MAGIC):
            if not _MAGIC.startswith(content):
                raise StorageError("is no journal", where=str(self._path))
            content = _MAGIC
            self._file.seek(0)
            self._file.write(content)
        at = len(_MAGIC)
        while at + _HEAD.size <= len(content):
            length, check = _HEAD.unpack_from(content, at)
            end = at + _HEAD.size + length
            record = content[at + _HEAD.size : end]
            if len(record) < length:
                break
            if zlib.crc32(record) != check:
                if end == len(content):
                    break
                raise StorageError(
                    f"damaged: the record at byte {at} is not what was written",
                    where=str(self._path),
                    hint="restore the folder from a copy; nothing was changed",
                )
            yield record
            at = end
        self.size = at
        self._file.truncate(at)
        self._file.seek(at)
        os.fsync(self._file.fileno())

    def append(self, record: bytes) -> None:
        """Add a record; when this returns it outlives a crash.

        Raise `NotStoredError` where it cannot be stored, with the file as it was before.
        """
        if self._broken:
            raise NotStoredError(
                "the journal could not be put right after an earlier fault",
                where=str(self._path),
                hint="free some space and start the server again; nothing was changed",
            )
        entry = memoryview(_HEAD.pack(len(record), zlib.crc32(record)) + record)
        try:
            written = 0
            while written < len(entry):
                written += self._file.write(entry[written:]) or 0
            os.fsync(self._file.fileno())
        except OSError as error:
            self._cut_back()
            raise NotStoredError(
                f"the journal cannot be written: {error.strerror}",
                where=str(self._path),
                hint="free some space and send it again; nothing was changed",
            ) from error
        self.size += len(entry)

    def _cut_back(self) -> None:
        try:
            self._file.truncate(self.size)
            self._file.seek(self.size)
            os.fsync(self._file.fileno())
        except OSError:
            self._broken = True

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(OSError):
            self._file.close()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
