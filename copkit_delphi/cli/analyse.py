"""``copkit-delphi analyse``: the engine on a CSV file, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copkit_delphi.cli import analyse_table as table
from copkit_delphi.cli.whole_file import check_target, write_whole
from copkit_delphi.domain.delimited import shown
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import RESAMPLES, SEED, Criterion, parse_criterion, thresholds_for
from copkit_delphi.domain.scale import Scale, parse_scale
from copkit_delphi.domain.tidy import MAX_BYTES, TidyRatings, read_ratings

if TYPE_CHECKING:
    from copkit_delphi.analysis.results import StudyAnalysis

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
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path),
    metavar="OUT.html",
    help="Also write a page with charts and plain words, which opens without a server.",
)
@click.option("--item", "items", multiple=True, metavar="NAME", help="Only this item; may be given again.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=SEED,
    show_default=True,
    help="Of random draws in JSON; the same seed gives the same figures.",
)
@click.option(
    "--resamples",
    type=click.IntRange(100, 100_000),
    default=RESAMPLES,
    show_default=True,
    help="How many panels are drawn for an interval in JSON.",
)
@click.option(
    "--json-schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, wanted: _write_schema(context) if wanted else None,
    help="Write the JSON Schema of --format json, and end.",
)
def command(
    file: str,
    scale_text: str | None,
    criterion_text: str | None,
    form: str,
    page: Path | None,
    items: tuple[str, ...],
    **drawn: int,
) -> None:
    """Analyse the ratings of FILE.csv (“-”: standard input): agreement, stability and verdict of each item.

    The file names the columns round, panellist, group, item, value and may name low, high, rationale,
    weight, item_title. Everything is shown to you as the file's owner, small groups too.
    """
    if page is not None:
        check_target(page, source="" if file == STDIN else file)
    scale = parse_scale(scale_text) if scale_text is not None else None
    given = parse_criterion(criterion_text) if criterion_text is not None else None
    ratings = _only(read_ratings(read_file(file), scale=scale), items)
    criterion = given or Criterion(width=thresholds_for(ratings.scale).consensus)
    _check_range(criterion, ratings.scale)
    name = "standard input" if file == STDIN else Path(file).name
    study = None
    if page is not None:
        study = _analysed(ratings, criterion, drawn)
        _write_page(page, name, ratings, criterion, study)
    if form == "table":
        _write(_table(name, ratings, criterion))
    else:
        _write(_json(ratings, criterion, study or _analysed(ratings, criterion, drawn)))


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


# The engine is imported where it is used, so that --help and a refused file do not wait for scipy.


def _table(name: str, ratings: TidyRatings, criterion: Criterion) -> str:
    from copkit_delphi.analysis.engine import analyse_rounds  # noqa: PLC0415
    from copkit_delphi.analysis.rounds import rounds_of  # noqa: PLC0415

    return table.render(name, ratings, criterion, analyse_rounds(rounds_of(ratings), criterion=criterion))


def _write_page(
    page: Path, name: str, ratings: TidyRatings, criterion: Criterion, study: StudyAnalysis
) -> None:
    from copkit_delphi.cli.analyse_page import Source, page_html  # noqa: PLC0415

    write_whole(page, page_html(Source(name, ratings, criterion), study))


def _json(ratings: TidyRatings, criterion: Criterion, study: StudyAnalysis) -> str:
    from copkit_delphi.analysis.export import to_dict  # noqa: PLC0415

    data = to_dict(study)
    head = {"scale": _scale_dict(ratings), "criterion": str(criterion), **_notes(ratings)}
    return _as_json({"schema": data.pop("schema"), **head, **data})


def _analysed(ratings: TidyRatings, criterion: Criterion, drawn: Mapping[str, int]) -> StudyAnalysis:
    from copkit_delphi.analysis.measure import Options, Rules  # noqa: PLC0415
    from copkit_delphi.analysis.rounds import rounds_of  # noqa: PLC0415
    from copkit_delphi.analysis.study import analyse_study  # noqa: PLC0415

    rules, options = Rules(criterion=criterion), Options(**drawn)
    with progress() as tell:
        return analyse_study(rounds_of(ratings), rules=rules, options=options, tell=tell)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Name each step on the terminal, one line written over and over; silent where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    yield lambda step: click.echo(f"\r\x1b[K{step}", nl=False, err=True)
    click.echo("\r\x1b[K", nl=False, err=True)


def _write_schema(context: click.Context) -> None:
    from copkit_delphi.analysis.schema import json_schema  # noqa: PLC0415

    _write(_as_json(json_schema()))
    context.exit()


def _as_json(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1)


def _scale_dict(ratings: TidyRatings) -> Mapping[str, object]:
    from copkit_delphi.analysis.export import scale_dict  # noqa: PLC0415

    return {**scale_dict(ratings.scale), "given": ratings.scale_given}


def _notes(ratings: TidyRatings) -> Mapping[str, object]:
    return {"notes": list(ratings.notes), "ignored_columns": list(ratings.ignored)}


def _write(text: str) -> None:
    """Write UTF-8 whatever the terminal's locale is: JSON is UTF-8 by definition."""
    click.echo(text.encode("utf-8", "replace"))
