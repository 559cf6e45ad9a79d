"""Administrators: accounts, roles, what the installation is set to, and what was done to accounts. No content of a study."""

from __future__ import annotations

from copkit_delphi.web.admin import account, entry, installation, listing, roles
from copkit_delphi.web.admin.page import blueprint

__all__ = ["account", "blueprint", "entry", "installation", "listing", "roles"]
