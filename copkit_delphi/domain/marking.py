"""Handling markings: TLP 2.0 in rising order of restriction."""

from __future__ import annotations

from enum import StrEnum

from copkit_delphi.domain.errors import N_


class Marking(StrEnum):
    """A TLP 2.0 label."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"


ORDER = tuple(Marking)
COLOURS = {
    Marking.CLEAR: "#FFFFFF",
    Marking.GREEN: "#33FF00",
    Marking.AMBER: "#FFC000",
    Marking.AMBER_STRICT: "#FFC000",
    Marking.RED: "#FF2B2B",
}
MEANINGS = {
    Marking.CLEAR: N_("May be shared without restriction."),
    Marking.GREEN: N_("Share inside the named community, not on public channels."),
    Marking.AMBER: N_(
        "Share inside your own organisation and with its clients, only with those who need it to act."
    ),
    Marking.AMBER_STRICT: N_("Share inside your own organisation only, with those who need it to act."),
    Marking.RED: N_("For the named recipients only. Do not share further."),
}


def highest(*markings: Marking) -> Marking:
    """Return the most restrictive of ``markings``."""
    return max(markings, key=ORDER.index)
