"""Why somebody who was asked does not take part, as the panellist chooses it."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_

DECLINES = {
    "": N_("I would rather not say"),
    "no_time": N_("No time for it now"),
    "not_my_field": N_("Not my field"),
    "conflict": N_("A conflict of interest"),
    "purpose": N_("I do not agree with the purpose"),
}
