"""``copkit-delphi analyse``: the engine on a CSV file, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import click

from copkit_delphi.cli import analyse_table as table
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import Criterion, parse_criterion, thresholds_for
from copkit_delphi.domain.scale import Scale, parse_scale
from copkit_delphi.domain.tidy import MAX_BYTES, TidyRatings, read_ratings
from copkit_delphi.domain.tidy_text import shown

STDIN = "-"


@click.command("analyse")
@click.argument("file", metavar="FILE.csv")
@click.option(
    "--scale", "scale_text", metavar="LOW:HIGH", help="The scale; else the smallest usual one that fits."
)
@click.option(
    "--criterion",
    "criterion_text",
    metavar="TEXT",
    help="“iqr<=15” or “share>=0.75 in 7..9”; else the scale's own width.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--item", "items", multiple=True, metavar="NAME", help="Only this item; may be given again.")
def command(
    file: str, scale_text: str | None, criterion_text: str | None, form: str, items: tuple[str, ...]
) -> None:
    """Analyse the ratings of FILE.csv (“-”: standard input): agreement, stability and verdict of each item.

    The file names the columns round, panellist, group, item, value and may name low, high, rationale,
    weight, item_title. Everything is shown to you as the file's owner, small groups too.
    """
    scale = parse_scale(scale_text) if scale_text is not None else None
    given = parse_criterion(criterion_text) if criterion_text is not None else None
    ratings = _only(read_ratings(read_file(file), scale=scale), items)
    criterion = given or Criterion(width=thresholds_for(ratings.scale).consensus)
    _check_range(criterion, ratings.scale)
    _write(_report("standard input" if file == STDIN else Path(file).name, ratings, criterion, form))


def read_file(file: str) -> bytes:
    """Return the bytes of a file, or of standard input for "-"; raises ``Invalid`` in one line."""
    if file == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Invalid(N_("“%(file)s” cannot be read: %(why)s."), file=shown(file), why=why) from None


def _only(ratings: TidyRatings, items: Iterable[str]) -> TidyRatings:
    wanted = set(items)
    for name in sorted(wanted - {row.item for row in ratings.rows}):
        raise Invalid(N_("The file has no item “%(item)s”."), item=shown(name))
    if not wanted:
        return ratings
    return replace(ratings, rows=tuple(row for row in ratings.rows if row.item in wanted))


def _check_range(criterion: Criterion, scale: Scale) -> None:
    if criterion.low is None or criterion.high is None:
        return
    if criterion.high < scale.low or criterion.low > scale.high:
        raise Invalid(
            N_("The criterion “%(criterion)s” counts nothing on the scale %(scale)s."),
            criterion=str(criterion),
            scale=str(scale),
        )


def _report(name: str, ratings: TidyRatings, criterion: Criterion, form: str) -> str:
    # Imported here so that --help and a refused file do not wait for scipy.
    from copkit_delphi.analysis.engine import analyse_rounds  # noqa: PLC0415
    from copkit_delphi.analysis.export import to_dict  # noqa: PLC0415
    from copkit_delphi.analysis.measure import Rules  # noqa: PLC0415
    from copkit_delphi.analysis.rounds import rounds_of  # noqa: PLC0415
    from copkit_delphi.analysis.study import analyse_study  # noqa: PLC0415

    rounds = rounds_of(ratings)
    if form == "table":
        return table.render(name, ratings, criterion, analyse_rounds(rounds, criterion=criterion))
    head = {"scale": _scale_dict(ratings), "criterion": str(criterion), **_notes(ratings)}
    data = to_dict(analyse_study(rounds, rules=Rules(criterion=criterion)))
    return json.dumps(
        {"schema": data.pop("schema"), **head, **data}, ensure_ascii=False, allow_nan=False, indent=1
    )


def _scale_dict(ratings: TidyRatings) -> Mapping[str, object]:
    from copkit_delphi.analysis.export import scale_dict  # noqa: PLC0415

    return {**scale_dict(ratings.scale), "given": ratings.scale_given}


def _notes(ratings: TidyRatings) -> Mapping[str, object]:
    return {"notes": list(ratings.notes), "ignored_columns": list(ratings.ignored)}


def _write(text: str) -> None:
    """Write UTF-8 whatever the terminal's locale is: JSON is UTF-8 by definition."""
    click.echo(text.encode("utf-8", "replace"))
