"""What a study fixes for the way from one round to the next, as fields of its questions and rules."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3

from copkit_delphi.domain import between
from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.protocol import Protocol


class BetweenFields:
    """Feedback and carrying forward, as part of the form of questions and rules."""

    feedback_groups = RadioField(
        _l("Between rounds panellists see"),
        choices=[
            SelectChoice(between.SPLIT, _l("Their own answer, the whole panel and each group")),
            SelectChoice(between.WHOLE, _l("Their own answer and the whole panel")),
            SelectChoice(between.NONE, _l("Only their own answer")),
        ],
        default=between.SPLIT,
        validate_choice=False,
    )
    feedback_parts = RadioField(
        _l("Of the panel they see"),
        choices=[
            SelectChoice(between.BOTH, _l("Figures and reasons")),
            SelectChoice(between.REASONS, _l("Reasons only")),
            SelectChoice(between.FIGURES, _l("Figures only")),
        ],
        default=between.BOTH,
        validate_choice=False,
    )
    carry = RadioField(
        _l("A further round asks"),
        choices=[
            SelectChoice(between.ALL, _l("Every item again")),
            SelectChoice(between.OPEN, _l("Only items that are not settled")),
        ],
        default=between.ALL,
        validate_choice=False,
    )

    def between_rounds(self, before: Protocol) -> Protocol:
        """Return the protocol with what was chosen."""
        was = before.feedback
        chosen = Feedback(self.feedback_groups.data or was.groups, self.feedback_parts.data or was.parts)
        return replace(before, feedback=chosen, carry=self.carry.data or before.carry)


def between_data(protocol: Protocol) -> dict[str, str]:
    """Return what the fields start from."""
    return {
        "feedback_groups": protocol.feedback.groups,
        "feedback_parts": protocol.feedback.parts,
        "carry": protocol.carry,
    }
