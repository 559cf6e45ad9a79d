"""Files encrypted to a key: written and read as streams, never in the clear on a disk.

The format is age (https://age-encryption.org), so that a backup opens with the ``age`` command too.
"""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

import pyrage
from pyrage import x25519

from copkit_delphi.domain.errors import N_, DelphiError

KEY_FILE = "backup.key"


def own_key(keys: Path) -> x25519.Identity:
    """Return this installation's backup key, drawn at first use and kept beside the other secrets."""
    path = keys / KEY_FILE
    if not path.exists():
        drawn = x25519.Identity.generate()
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"{drawn}\n")
    return read_key(path)


def read_key(path: Path) -> x25519.Identity:
    """Return the key in ``path``; raises ``DelphiError`` when there is none."""
    try:
        return x25519.Identity.from_str(path.read_text().strip())
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        raise DelphiError(
            N_("%(path)s is no backup key. It begins with AGE-SECRET-KEY- and lies in the folder of keys."),
            path=path,
        ) from None


def recipient(text: str) -> x25519.Recipient:
    """Return the public key that somebody wrote; raises ``DelphiError``."""
    try:
        return x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise DelphiError(N_("“%(text)s” is no public key. It begins with age1."), text=text[:80]) from None


@contextmanager
def writing(path: Path, recipients: Sequence[x25519.Recipient]) -> Iterator[TextIO]:
    """Write lines of text into a new encrypted file, readable by its owner only; gone again on any error."""
    target = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    try:
        with target, _through(lambda source: pyrage.encrypt_io(source, target, recipients)) as pipe:
            with gzip.open(pipe, "wt", encoding="utf-8", newline="\n") as text:
                yield text
            pipe.close()
    except BaseException:
        path.unlink()
        raise


@contextmanager
def _through(work: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Hand what is written to ``work`` in a thread of its own; its failure is raised here."""
    reading, writing_ = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                work(source)
            except BaseException as error:  # noqa: BLE001 - raised again where the caller waits
                failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        with os.fdopen(writing_, "wb") as pipe:
            yield pipe
    finally:
        thread.join()
    if failed:
        raise failed[0]


def lines(path: Path, keys: Sequence[x25519.Identity]) -> Iterator[str]:
    """Yield the lines of an encrypted file; raises ``DelphiError`` when key or file are wrong."""
    if not path.is_file():
        raise DelphiError(N_("There is no file %(path)s."), path=path)
    got, put = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        with path.open("rb") as source, os.fdopen(put, "wb") as target:
            try:
                pyrage.decrypt_io(source, target, keys)
            except Exception as error:  # noqa: BLE001 - told to the reader, who waits
                failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        with os.fdopen(got, "rb") as source, gzip.open(source, "rt", encoding="utf-8") as text:
            yield from text
    except (OSError, EOFError, UnicodeDecodeError) as error:
        failed.append(error)
    finally:
        thread.join()
    if failed:
        raise DelphiError(
            N_(
                "%(path)s cannot be opened: it is damaged, no backup, or encrypted to another key. Nothing was changed."
            ),
            path=path,
        ) from failed[0]
