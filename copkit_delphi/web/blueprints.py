"""The blueprints of the product, by who acts."""

from __future__ import annotations

from copkit_delphi.web import briefs, ethics, facilitator, panellist, public, reader

BLUEPRINTS = (
    public.blueprint,
    panellist.blueprint,
    facilitator.blueprint,
    briefs.blueprint,
    ethics.blueprint,
    reader.blueprint,
)
