"""The blueprints of the product, by who acts."""

from __future__ import annotations

from copkit_delphi.web import facilitator, panellist, public

BLUEPRINTS = (public.blueprint, panellist.blueprint, facilitator.blueprint)
