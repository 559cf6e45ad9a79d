"""Closing connections beside the loop that accepts them.

Gunicorn waits up to two seconds for a client to close its side, in the thread that accepts connections: whoever asks
for a close and stays would hold up everybody else.
"""

from __future__ import annotations

import socket
import threading

from gunicorn import util

AT_ONCE = 64
_wait = util.close_graceful
_places = threading.BoundedSemaphore(AT_ONCE)


def install() -> None:
    """Let this process wait for clients aside."""
    util.close_graceful = close


def close(connection: socket.socket) -> None:
    """Wait for the client in a thread of its own; where many already wait, close at once."""
    if _places.acquire(blocking=False):
        threading.Thread(target=_close, args=(connection,), daemon=True).start()
    else:
        util.close(connection)


def _close(connection: socket.socket) -> None:
    try:
        _wait(connection)
    finally:
        _places.release()
