"""The blueprints of the product, by who acts."""

from __future__ import annotations

from copkit_delphi.web import (
    account,
    admin,
    briefs,
    dpo,
    enrolment,
    ethics,
    facilitator,
    files,
    library,
    network,
    panellist,
    public,
    reader,
    recruiting,
    register,
    training,
)

BLUEPRINTS = (
    public.blueprint,
    enrolment.blueprint,
    account.blueprint,
    panellist.blueprint,
    admin.blueprint,
    facilitator.blueprint,
    recruiting.blueprint,
    files.blueprint,
    library.blueprint,
    training.blueprint,
    briefs.blueprint,
    register.blueprint,
    ethics.blueprint,
    network.blueprint,
    dpo.blueprint,
    reader.blueprint,
)
