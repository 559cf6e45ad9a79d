"""What a study fixes for the way from one round to the next: what panellists see, which items are asked again."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, Invalid

NONE, WHOLE, SPLIT = "none", "all", "split"
GROUPS = (NONE, WHOLE, SPLIT)
FIGURES, REASONS, BOTH = "figures", "reasons", "both"
PARTS = (FIGURES, REASONS, BOTH)
ALL, OPEN = "all", "open"
CARRIES = (ALL, OPEN)  # every item again, or only those whose verdict is not settled


@dataclass(frozen=True, slots=True)
class Feedback:
    """The feedback of a study: of nobody, of the whole panel, or split by group too; figures, reasons or both.

    The own earlier answer is shown in every form.
    """

    groups: str = SPLIT
    parts: str = BOTH

    def __post_init__(self) -> None:
        if self.groups not in GROUPS or self.parts not in PARTS:
            raise Invalid(N_("Choose what panellists see between rounds from the list."))

    @property
    def form(self) -> str:
        """Return the form as it is recorded for each panellist: ``none``, ``all-figures``, ``split-both``."""
        return NONE if self.groups == NONE else f"{self.groups}-{self.parts}"

    @property
    def figures(self) -> bool:
        """Tell whether figures of the panel are shown."""
        return self.groups != NONE and self.parts != REASONS

    @property
    def reasons(self) -> bool:
        """Tell whether reasons of the panel are shown."""
        return self.groups != NONE and self.parts != FIGURES

    @classmethod
    def of_form(cls, form: str) -> Feedback:
        """Return the feedback that ``form`` names."""
        groups, _, parts = form.partition("-")
        return cls(groups, parts or BOTH)
