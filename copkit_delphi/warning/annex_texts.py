"""Fixed texts of every annex: forbidden uses, and the names of roles and of the scope's parts."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Role

PROHIBITED_USES = (
    N_("Identifying, scoring, watching or taking measures against any person or group."),
    N_("Suspicion, evidence or a ground for coercion in any proceeding."),
    N_("A legal basis, or proof that a tool is lawful, proportionate or tested."),
    N_("A substitute for a fundamental rights or data protection assessment, or for parliamentary debate."),
    N_("Individual migration, asylum or border decisions."),
    N_("Training, tuning or configuring predictive or profiling systems."),
    N_("Supporting export, transfer or procurement without the listed conditions."),
    N_("Quoting a result without its range, its agreement word and its dissent."),
    N_("Any use after the review date or after withdrawal."),
)
ROLE_LABELS = {
    Role.ETHICS_REVIEWER: N_("Ethics reviewer"),
    Role.DPO: N_("Data protection officer"),
    Role.OWNER: N_("Accountable owner"),
}
SCOPE_LABELS = {
    "objects": N_("What was assessed"),
    "horizon": N_("Horizon"),
    "place": N_("Place"),
    "presumed_legal_power": N_("Legal power presumed"),
    "exclusions": N_("Left out"),
}
