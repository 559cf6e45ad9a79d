"""The nine gates on the screen: why one is closed, in words, what to do, and the page on which to do it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext

from copkit_delphi.domain.documents import Gate
from copkit_delphi.domain.errors import N_
from copkit_delphi.ethics import bank
from copkit_delphi.warning.briefs import Prepared

MEND = {
    "G0": N_("The ethics reviewer answers every screening question."),
    "G1": N_("Let the panel rate the headline risks, or have the reviewer waive it and the owner confirm."),
    "G2": N_("Reply to every flag. Give each high risk a measure with owner and date."),
    "G3": N_("Lower very high risks. Have each high risk accepted by name, with a reason."),
    "G4": N_("Name two readers from outside, one of them not from law enforcement."),
    "G5": N_("Wait until the panel has had ten working days with the last results."),
    "G6": N_("Send the brief for signature. Those named still have to sign it."),
    "G7": N_("Set review dates within twelve months, six where a high risk remains."),
    "G8": N_("The content changed after a signature. Those named sign again."),
}
STOP = N_("A stop flag is raised.")
CLEAR_STOP = N_("The team replies to it. The ethics reviewer alone clears it, with a reason.")
RED_LINE = N_("It is a red line of the screening: change what the brief advises.")
FLAGS = ("ethics.flags", N_("Flags"))
ASSESSMENT = ("ethics.assessment", N_("Assessment"))
MENDED_ON = {
    "G0": FLAGS,
    "G1": ("ethics.round", N_("Ethics round")),
    "G2": FLAGS,
    "G3": ASSESSMENT,
    "G4": ASSESSMENT,
    "G7": ASSESSMENT,
}


def gate_rows(prepared: Prepared) -> list[dict[str, Any]]:
    """Return the gates with what holds each closed one, what to do and where."""
    return [_row(gate, prepared.found.study.id) for gate in prepared.gates]


def _row(gate: Gate, study_id: str) -> dict[str, Any]:
    if gate.met:
        return {"gate": gate}
    texts = bank.texts()
    codes = [code for code in gate.note.split(", ") if code in texts]
    screened = not codes or bool(set(codes) & {question.id for question in bank.screening()})
    row = {"gate": gate, "note": gettext(gate.note), "mend": gettext(MEND[gate.code])}
    if codes:
        row["note"] = " ".join(f"{code}: {gettext(texts[code])}" for code in codes)
    if codes and gate.code == "G0":
        row["note"] = f"{gettext(STOP)} {row['note']}"
        row["mend"] = gettext(RED_LINE if screened else CLEAR_STOP)
    if gate.code in MENDED_ON:
        endpoint, label = ASSESSMENT if screened and MENDED_ON[gate.code] is FLAGS else MENDED_ON[gate.code]
        row |= {"href": url_for(endpoint, study_id=study_id), "page": gettext(label)}
    return row
