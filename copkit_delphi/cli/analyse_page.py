"""``analyse --html``: an analysis put into plain words, ready for its page. Nothing is withheld: the owner reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from copkit_delphi import __version__
from copkit_delphi.analysis import registry
from copkit_delphi.analysis.export import item_dict, round_dict, stability_dict, to_dict
from copkit_delphi.cli import analyse_summary as summary
from copkit_delphi.cli.analyse_results import MOST_GROUPS, results_of
from copkit_delphi.cli.analyse_table import criterion_words
from copkit_delphi.cli.analyse_words import VERDICT_WORDS, says
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import Criterion
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.tidy import TidyRatings
from copkit_delphi.domain.verdict import VERDICT_LABELS, Verdict
from copkit_delphi.reporting.pages import (
    AnalysisPage,
    Card,
    Line,
    Method,
    OverRounds,
    Told,
    render_analysis,
    sayer,
)
from copkit_delphi.reporting.phrases import Say
from copkit_delphi.reporting.values import NAMES, Shown, is_p, shown

if TYPE_CHECKING:
    from copkit_delphi.analysis.measure import Measure
    from copkit_delphi.analysis.results import ItemAnalysis, RoundAnalysis, StudyAnalysis

MOST_CARDS = 60
FIRST_READ = ("percent_agreement", "median", "iqr", "q1", "q3", "p05", "p95", "mean", "sd")
FIRST_MOVED = (
    "share_changed",
    "share_within_tolerance",
    "share_up",
    "share_down",
    "mean_shift",
    "equivalence",
)
TOLD_FIRST = frozenset({"stop_advice", "rule_sensitivity", "ranking"})
NOT_MEASURES = frozenset({"round", "n_panellists", "items", "reason"})
# Where there are more items than cards: what the panel could not settle comes first.
CARDS_IN_ORDER = (
    Verdict.STABLE_DISSENT,
    Verdict.NOT_YET_STABLE,
    Verdict.MAJORITY,
    Verdict.CONSENSUS,
    Verdict.TOO_FEW_ANSWERS,
)


@dataclass(frozen=True, slots=True)
class Source:
    """What the page says of the file and the run beside the analysis itself."""

    file: str
    ratings: TidyRatings
    criterion: Criterion


def page_html(source: Source, study: StudyAnalysis, *, language: str = "en") -> str:
    """Return the page of an analysis."""
    return render_analysis(page_of(source, study, sayer(language)), language=language)


def page_of(source: Source, study: StudyAnalysis, say: Say) -> AnalysisPage:
    """Return everything the page says."""
    last, data = study.rounds[-1], to_dict(study)
    titles = {item.item.name: item.item.title or item.item.name for one in study.rounds for item in one.items}
    said, reasons = summary.advice(data, say)
    hanging_words, hanging = summary.hanging(data, titles, say)
    chosen = _chosen(last.items)
    return AnalysisPage(
        file=source.file,
        facts=tuple(_facts(source, study, say)),
        notes=tuple(_notes(source, last, say)),
        advice=said,
        advice_reasons=reasons,
        verdicts=summary.verdicts([item.verdict for item in last.items], say),
        hanging=hanging,
        hanging_words=hanging_words,
        order=summary.order(data, titles, say),
        order_reason=_said(study.reason.get("ranking"), say),
        cards=tuple(_cards(chosen, study.rounds, say)),
        cards_note=_cards_note(len(chosen), len(last.items), say),
        round_number=last.number,
        rounds=tuple(say(N_("Round %s")) % one.number for one in study.rounds),
        panel=tuple(_panel(study.rounds, say)),
        study=tuple(_study_lines(data, say)),
        methods=tuple(_methods(say)),
        by_name=tuple(say(measure.title) for measure in registry.of("library")),
    )


def _facts(source: Source, study: StudyAnalysis, say: Say) -> Iterator[tuple[str, str]]:
    rows, last = source.ratings.rows, study.rounds[-1]
    origin = N_("%s, as given") if source.ratings.scale_given else N_("%s, the smallest usual one that fits")
    yield say(N_("Rounds")), ", ".join(str(one.number) for one in study.rounds)
    yield say(N_("Panellists")), str(len({row.panellist for row in rows}))
    yield say(N_("Groups")), str(len({row.group for row in rows}))
    yield say(N_("Items in the last round")), str(len(last.items))
    yield say(N_("Scale")), say(origin) % str(source.ratings.scale)
    yield say(N_("Consensus")), criterion_words(source.criterion)
    yield say(N_("Seed")), str(study.options["seed"])
    yield say(N_("Resamples")), f"{study.options['resamples']:,}"
    yield say(N_("Made with")), f"COPKIT Delphi {__version__}"


def _notes(source: Source, last: RoundAnalysis, say: Say) -> Iterator[str]:
    ratings = source.ratings
    if ratings.notes:
        yield say(N_("Read as: %s.")) % ", ".join(say(note) for note in ratings.notes)
    if ratings.ignored:
        yield say(N_("Columns not read: %s.")) % ", ".join(ratings.ignored)
    if any(row.weight is not None for row in ratings.rows):
        yield say(N_("Weights were read; every figure on this page is unweighted."))
    groups = len(last.items[0].groups) if last.items else 0
    if groups > MOST_GROUPS:
        yield say(N_("The file has %(all)s groups; each chart draws the %(some)s with most ratings of its item.")) % {"all": groups, "some": MOST_GROUPS}  # fmt: skip


def _chosen(items: Sequence[ItemAnalysis]) -> Sequence[ItemAnalysis]:
    if len(items) <= MOST_CARDS:
        return items
    return sorted(items, key=lambda item: CARDS_IN_ORDER.index(item.verdict))[:MOST_CARDS]


def _cards_note(some: int, every: int, say: Say) -> str:
    if some == every:
        return say(N_("In the order of the file."))
    return say(
        N_(
            "Cards of %(some)s of %(every)s items: stable dissent first, then what is not yet stable, majorities and consensus, in each the order of the file. All items are counted above; --item NAME makes a page of those you name, and --format json has every one."
        )
    ) % {"some": some, "every": every}


def _cards(chosen: Sequence[ItemAnalysis], rounds: Sequence[RoundAnalysis], say: Say) -> Iterator[Card]:
    now = results_of(rounds[-1])
    then = results_of(rounds[-2]) if len(rounds) > 1 else {}
    for number, found in enumerate(chosen, 1):
        yield _card(number, found, now[found.item.name], then.get(found.item.name), say)


def _card(number: int, found: ItemAnalysis, item: ItemResult, before: ItemResult | None, say: Say) -> Card:
    row, scale, move = item_dict(found), found.item.scale, found.movement
    moved = None if move is None else stability_dict(move)
    return Card(
        number=number,
        title=item.wording,
        item=item,
        before=before,
        verdict=say(VERDICT_LABELS[found.verdict]),
        verdict_words=say(VERDICT_WORDS[found.verdict]),
        reasons=tuple(say(reason) for reason in found.reasons),
        counted=_counted(found, say),
        figures=_told(registry.of("item"), row, FIRST_READ, scale, say),
        movement=_told(registry.of("stability"), moved, FIRST_MOVED, scale, say) if moved else None,
        paired="" if move is None else _paired(move.n_paired, move.n_once, say),
    )


def _counted(found: ItemAnalysis, say: Say) -> str:
    counts = {"n": found.n, "refused": found.n_cannot_judge}
    if found.n_cannot_judge:
        return say(N_("Ratings: %(n)s. Could not judge: %(refused)s, who are in no figure.")) % counts
    return say(N_("Ratings: %(n)s.")) % counts


def _paired(both: int, once: tuple[int, int], say: Say) -> str:
    return say(
        N_(
            "Rated in both rounds by %(both)s, whose answers are compared; only earlier by %(left)s, only now by %(came)s."
        )
    ) % {"both": both, "left": once[0], "came": once[1]}


def _told(
    measures: Sequence[Measure], row: Mapping[str, Any], first: Sequence[str], scale: Scale, say: Say
) -> Told:
    """Return what each measure says of an item: the usual ones first, p-values after everything else."""
    places = {name: place for place, name in enumerate(first)}
    ordered = sorted(measures, key=lambda one: (is_p(one.name), places.get(one.name, len(first)), say(one.title).lower()))  # fmt: skip
    lines: list[Line] = []
    undefined: dict[str, list[Line]] = {}
    for measure in ordered:
        value = row.get(measure.name)
        if value is None:
            why = _said(row["reason"].get(measure.name), say)
            undefined.setdefault(why, []).append(_line(measure, Shown(), "", say))
        else:
            lines.append(
                _line(measure, shown(measure.name, value, say), says(measure, value, row, scale, say), say)
            )
    return Told(
        rows=tuple(line for line in lines if line.value.short),
        blocks=tuple(line for line in lines if not line.value.short),
        undefined={why: tuple(found) for why, found in undefined.items()},
    )


def _line(measure: Measure, value: Shown, words: str, say: Say) -> Line:
    return Line(say(measure.title), _help(measure, say), value, words)


def _help(measure: Measure, say: Say) -> str:
    return " ".join(say(text) for text in (measure.use, measure.convention) if text)


def _panel(rounds: Sequence[RoundAnalysis], say: Say) -> Iterator[OverRounds]:
    """Yield what is about the whole panel, a value for each round: whatever a round has, registered or not."""
    found = [round_dict(one) for one in rounds]
    measures = registry.everything()
    counted = tuple(shown("n", one["n_panellists"], say) for one in found)
    yield OverRounds(say(N_("Panellists")), say(N_("Who rated, or could not judge, at least one item.")), counted)  # fmt: skip
    for name in sorted(
        set().union(*found) - NOT_MEASURES, key=lambda name: (is_p(name), name in measures, name)
    ):
        measure = measures.get(name)
        title = say(measure.title) if measure else say(NAMES.get(name, name.replace("_", " ")))
        values = tuple(shown(name, one.get(name), say, reason=_reason(one, name)) for one in found)
        yield OverRounds(title, _help(measure, say) if measure else "", values)


def _reason(data: Mapping[str, Any], name: str) -> str | None:
    why = data["reason"].get(name)
    return None if why is None else str(why)


def _study_lines(data: Mapping[str, Any], say: Say) -> Iterator[Line]:
    for measure in registry.of("study"):
        if measure.name not in TOLD_FIRST:
            value = shown(measure.name, data.get(measure.name), say, reason=_reason(data, measure.name))
            yield _line(measure, value, say(measure.avoid), say)


def _said(text: str | None, say: Say) -> str:
    """Return ``text`` translated; the empty text would be a catalogue's own heading."""
    return say(text) if text else ""


def _methods(say: Say) -> Iterator[Method]:
    computed = [
        measure for level in ("item", "stability", "round", "study") for measure in registry.of(level)
    ]
    for measure in sorted(computed, key=lambda one: say(one.title).lower()):
        yield Method(say(measure.title), measure.source, measure.formula)
