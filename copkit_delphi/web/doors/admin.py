"""Administrators."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Source

ROWS: dict[str, Door] = {
    "admin.accounts_": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.new": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.new_post": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.account": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.account_post": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.deactivate": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.reactivate": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.invite": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.reset": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.remove_factor": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.end_sessions": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.give_role": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.take_role": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.give_study_role": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.take_study_role": Door(Action.ACCOUNT_MANAGE, Source.NONE),
    "admin.installation": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
    "admin.audit": Door(Action.ACCOUNT_MANAGE, Source.ACCOUNTS),
}
