"""The workbench of one item: pass, move, merge, leave out, put back; marks and wording of one argument."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.redaction import GROUNDS, KINDS, mark
from copkit_delphi.elicitation import moderation, workbench
from copkit_delphi.elicitation.board import FALLBACKS, MAX_ARGUMENT, MAX_REDACTED, REDACTED
from copkit_delphi.elicitation.models import Round
from copkit_delphi.elicitation.moderation import Choice, Words
from copkit_delphi.elicitation.workbench import Made, Workbench
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.marking import check_set, set_marks
from copkit_delphi.web.facilitator.moderation import in_moderation
from copkit_delphi.web.facilitator.page import Page, blueprint, go, show, study_of
from copkit_delphi.web.typed import clean

_DONE = {
    "pass": N_("Kept. The panel sees nothing yet."),
    "merge": N_("Merged. The links to the reasons are kept."),
    "split": N_("Taken apart."),
    "leave_out": N_("Left out. It stands below, and can be put back."),
    "restore": N_("Put back as written. It waits to be checked."),
    "undo": N_("The last step is taken back."),
}
EDITED = "edited"
_NOT_BOTH = N_(
    "An edited wording is typed, but the author's words are chosen. Choose “An edited wording” to keep it, or empty its "
    "field."
)


def _bench(
    study_id: str,
    found: Round,
    bench: Workbench,
    problem: str = "",
    picked: tuple[str, ...] = (),
    typed: str = "",
) -> str:
    return show(
        "reasons",
        study_of(study_id),
        round=found,
        bench=bench,
        grounds=GROUNDS,
        problem=problem,
        picked=picked,
        typed=typed,
        form=ConfirmForm(),
    )


@blueprint.get("/<study_id>/rounds/<int:number>/moderation/<name>")
def reasons(study_id: str, number: int, name: str) -> str:
    """Every reason on one item, on the side it speaks for."""
    found = in_moderation(study_id, number)
    return _bench(study_id, found, workbench.of_item(db(), round_=found, name=name))


@blueprint.post("/<study_id>/rounds/<int:number>/moderation/<name>")
def reasons_post(study_id: str, number: int, name: str) -> Page:
    """Do what was pressed; where somebody else was faster, show the item as it stands and keep what was ticked."""
    found = in_moderation(study_id, number)
    bench = workbench.of_item(db(), round_=found, name=name)
    picked = tuple(request.form.getlist("pick"))
    choice = _choice(bench, picked)
    try:
        moderation.decide(
            db(),
            round_=found,
            item_id=bench.item_id,
            choice=choice,
            basis=request.form.get("basis", ""),
            actor=me().account_id,
            at=now(),
        )
    except (Invalid, Conflict) as error:
        return _bench(study_id, found, bench, said(error), picked), error.status
    return go("reasons", study_id, _DONE[choice.act], number=number, name=name)


def _choice(bench: Workbench, picked: tuple[str, ...]) -> Choice:
    """Read the button: an act, with a side or with reasons of its own after a colon."""
    act, _, more = request.form.get("do", "").partition(":")
    if act == "pass_rest":
        return Choice("pass", tuple(one.key for one in bench.to_check))
    if act == "merge" and more:
        return Choice(act, tuple(more.split(",")))
    return Choice(
        act,
        picked,
        more if act == "pass" else "",
        request.form.get("ground", "") if act == "leave_out" else "",
    )


# One argument --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Typed:
    """What the form of one argument says: marked texts by reason, whose words or an edited wording, the fallback."""

    texts: dict[str, str]
    shown: str
    text: str
    fallback: str = REDACTED
    words: str = ""
    kind: str = "identity"
    notes: list[str] = field(default_factory=list)

    @property
    def wording(self) -> str:
        """The words that the panel is to read."""
        return self.text if self.shown == EDITED else self.texts.get(self.shown, "")


def _standing(made: Made) -> Typed:
    texts = {one.raw.key: one.text for one in made.sources}
    same = next((key for key, text in texts.items() if text == made.entry.text), EDITED)
    return Typed(texts, same, made.entry.text if same == EDITED else "", made.entry.fallback)


def _typed(made: Made) -> Typed:
    stands = _standing(made)
    form = request.form
    return Typed(
        texts={key: clean(form.get(f"redacted-{key}", text)) for key, text in stands.texts.items()},
        shown=form.get("shown", stands.shown),
        text=clean(form.get("text", "")),
        fallback=form.get("fallback", stands.fallback),
        words=clean(form.get("words", "")),
        kind=form.get("kind", ""),
    )


def _word_page(
    study_id: str, found: Round, bench: Workbench, made: Made, typed: Typed, problem: str = ""
) -> str:
    return show(
        "wording",
        study_of(study_id),
        round=found,
        bench=bench,
        made=made,
        typed=typed,
        kinds=KINDS,
        mark=mark,
        fallbacks=FALLBACKS,
        most=MAX_ARGUMENT,
        most_redacted=MAX_REDACTED,
        edited=EDITED,
        problem=problem,
        form=ConfirmForm(),
    )


@blueprint.get("/<study_id>/rounds/<int:number>/moderation/<name>/<key>")
def wording(study_id: str, number: int, name: str, key: str) -> str:
    """Marks and wording of one reason, or of the argument it is part of."""
    found = in_moderation(study_id, number)
    bench = workbench.of_item(db(), round_=found, name=name)
    made = workbench.single(bench, key)
    return _word_page(study_id, found, bench, made, _standing(made))


@blueprint.post("/<study_id>/rounds/<int:number>/moderation/<name>/<key>")
def wording_post(study_id: str, number: int, name: str, key: str) -> Page:
    """Set marks where words are named, or keep marks and wording."""
    found = in_moderation(study_id, number)
    bench = workbench.of_item(db(), round_=found, name=name)
    try:
        made = workbench.single(bench, key)
    except NotFound as error:  # left out or erased meanwhile: what was typed stays on the page
        typed_text = clean(request.form.get("text") or request.form.get(f"redacted-{key}"))
        return _bench(study_id, found, bench, said(error), typed=typed_text), error.status
    typed = _typed(made)
    if request.form.get("do") == "mark":
        _set_marks(typed)
        return _word_page(study_id, found, bench, made, typed)
    try:
        _keep(found, bench, key, typed)
    except (Invalid, Conflict) as error:
        return _word_page(study_id, found, bench, made, typed, said(error)), error.status
    return go("reasons", study_id, N_("Kept. The panel sees nothing yet."), number=number, name=name)


def _keep(found: Round, bench: Workbench, key: str, typed: Typed) -> None:
    if typed.shown == EDITED and not typed.text:
        raise Invalid(N_("Write the edited wording, or choose the words of a reason."))
    if typed.shown != EDITED and typed.text:
        raise Invalid(_NOT_BOTH)
    check_set(typed.words)
    moderation.word(
        db(),
        round_=found,
        item_id=bench.item_id,
        words=Words(key, typed.texts, typed.wording, typed.fallback),
        basis=request.form.get("basis", ""),
        actor=me().account_id,
        at=now(),
    )


def _set_marks(typed: Typed) -> None:
    """Set marks in every text of the form and in the edited wording."""
    texts = {**typed.texts, EDITED: typed.text}
    marked, note = set_marks(texts, typed.words, typed.kind)
    typed.notes.append(note)
    if marked != texts:
        typed.text = marked.pop(EDITED)
        typed.texts, typed.words = marked, ""
