"""Handling markings: TLP 2.0 in rising order of restriction."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from copkit_delphi.domain.errors import N_, Invalid


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


# The least marking of texts on a scenario by its information hazard. The library itself is TLP:CLEAR.
LEAST_BY_HAZARD = {"low": Marking.CLEAR, "medium": Marking.AMBER, "high": Marking.RED}


def least(hazards: Iterable[str]) -> Marking:
    """Return the least marking of a study whose scenarios have these information hazards."""
    return highest(Marking.CLEAR, *(LEAST_BY_HAZARD[hazard] for hazard in hazards))


def check_least(marking: Marking, hazards: Iterable[str]) -> None:
    """Raise ``Invalid`` when ``marking`` is lower than the information hazard of the scenarios asks."""
    needed = least(hazards)
    if ORDER.index(marking) < ORDER.index(needed):
        raise Invalid(
            N_("A scenario of this study holds sensitive information. Mark it %(marking)s or higher."),
            marking=str(needed),
        )


# A document under these is made for one person and says for whom on every page.
ADDRESSED = frozenset({Marking.AMBER_STRICT, Marking.RED})


class PermittedUse(StrEnum):
    """What a released document may be used for; said beside its marking."""

    AWARENESS = "awareness"
    PLANNING = "planning"
    SCOPING = "scoping"


USES = {
    PermittedUse.AWARENESS: N_("For awareness."),
    PermittedUse.PLANNING: N_("For awareness and planning."),
    PermittedUse.SCOPING: N_("For awareness, planning and scoping of procurement."),
}
