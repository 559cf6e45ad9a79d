"""Every way out in one page: ``python -m copkit_delphi.cli.outlets`` writes docs/outlets.md to standard output."""

from __future__ import annotations

from collections.abc import Iterable

from copkit_delphi.people.outbox import KINDS
from copkit_delphi.web.doors import DOORS, Door

# Modules that write files: which, for whom, what holds it back.
FILES = {
    "care/sealed.py": ("backups", "operator", "encrypted; the key of the vault lies elsewhere"),
    "cli/archive.py": (
        "archives of studies",
        "operator",
        "design, disclosed results and released briefs; no person, no code, no rating",
    ),
    "cli/brief.py": (
        "PDFs",
        "operator",
        "released bytes through network.reading.issue; drafts say so on each page",
    ),
    "cli/demo.py": (
        "sign-ins of the demonstration",
        "operator",
        "readable by the owner alone; invented people",
    ),
    "cli/whole_file.py": (
        "page of `analyse --html`",
        "the owner of the ratings",
        "every figure of the file it was given, small groups too; says so on top",
    ),
    "cli/runtime.py": ("lock of the periodic work", "nobody", "empty"),
    "elicitation/recruiting/progress.py": (
        "how far an import is",
        "facilitator",
        "two numbers, while it runs; readable by the owner alone",
    ),
    "people/lists.py": ("identities taken down, again after a restore", "operator", "ids alone"),
    "people/carriers.py": (
        "mails",
        "operator",
        "only where no mail server is set; readable by the owner alone",
    ),
    "reporting/pdf.py": ("configuration of fonts", "the child that typesets", "no content"),
    "settings.py": ("secrets", "the server", "readable by the owner alone"),
}
# Lines of the log by their words: what they carry.
LOGS = {
    "refused": "status, method, endpoint, account and study of staff; nothing that was typed, no panellist",
    "import failed": "kind of error",
    "unexpected error": "endpoint, kind of error, lines of code; no address, no text",
    "periodic work failed": "kind of error",
}


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def _table(heading: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    return [
        f"## {heading}",
        "",
        _row(*columns),
        _row(*("---" for _ in columns)),
        *(_row(*r) for r in rows),
        "",
    ]


def _door(name: str, door: Door) -> tuple[object, ...]:
    marked = "marking of study or brief" if door.marked else ""
    return f"`{name}`", door.who, door.source, marked, door.leaves or "page"


def page() -> str:
    """Return docs/outlets.md."""
    lines = ["# Every way out", ""]
    lines += [
        "Made from the tables in the code by `python -m copkit_delphi.cli.outlets`. What is in no table does not start"
    ]
    lines += [
        "(a route), is not queued (a mail) or fails the tests (a writer of files, a line of the log).",
        "",
    ]
    lines += _table(
        "Pages and files",
        ("way", "who", "from", "under", "leaves as"),
        (_door(*row) for row in DOORS.items()),
    )
    lines += _table("Mails", ("kind", "to", "says"), ((f"`{kind}`", *row) for kind, row in KINDS.items()))
    lines += _table(
        "Files", ("written by", "what", "for", "held back by"), ((f"`{k}`", *r) for k, r in FILES.items())
    )
    lines += _table("Log", ("line", "carries"), ((f"`{line}`", says) for line, says in LOGS.items()))
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(page(), end="")
