"""The child process: HTML on standard input, PDF on standard output. Started by ``pdf.to_pdf`` only."""

from __future__ import annotations

import logging
import resource
import sys
from typing import Any

from copkit_delphi.reporting.assets import BASE, asset_at
from copkit_delphi.resources import preload_native_libraries

MEMORY = 2 * 1024**3
CPU_SECONDS = 110
OPEN_FILES = 128
NO_PANGO = 3
PRODUCER = "COPKIT Delphi"
_REFUSED = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec")


def limit() -> None:
    """Bound memory, time and files of this process."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def refuse_network(event: str, _: tuple[Any, ...]) -> None:
    """Raise at any attempt to leave this process; an audit hook cannot be taken off again."""
    if event in _REFUSED:
        raise PermissionError(f"{event} is not allowed while rendering")


def write_pdf(html: str, variant: str) -> bytes:
    """Return ``html`` as PDF of ``variant``; raises OSError where Pango is missing."""
    preload_native_libraries()
    from weasyprint import HTML  # noqa: PLC0415 - needs the libraries loaded just above
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class NamedAssets(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - its interface
            kind, content = asset_at(url)
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    document = HTML(string=html, base_url=BASE, url_fetcher=NamedAssets(allowed_protocols={"https"}))
    written = document.write_pdf(pdf_variant=variant, finisher=_anonymous, presentational_hints=False)
    return bytes(written)


def _anonymous(_: object, pdf: Any) -> None:
    """Name the product, not a program version, as the producer."""
    import pydyf  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with WeasyPrint

    producer = pdf.info["Producer"].string
    pdf.info["Producer"] = pydyf.String(PRODUCER)
    metadata = pdf.catalog.get("Metadata")
    for item in pdf.objects if metadata else ():
        if getattr(item, "extra", {}).get("Type") == "/Metadata":
            item.stream = [part.replace(producer.encode(), PRODUCER.encode()) for part in item.stream]


def main() -> int:
    """Render standard input; return the exit code."""
    html = sys.stdin.buffer.read().decode()
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    limit()
    sys.addaudithook(refuse_network)
    try:
        written = write_pdf(html, sys.argv[1])
    except OSError as problem:
        sys.stderr.write(f"{problem}\n")
        return NO_PANGO if "library" in str(problem) else 1
    sys.stdout.buffer.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
