"""Open to everybody, and one's own account."""

from __future__ import annotations

from copkit_delphi.web.doors.door import Door, Leaves, Source, Who

ROWS: dict[str, Door] = {
    "static": Door(Who.PUBLIC, Source.TEXT, leaves=Leaves.FIXED),
    "public.landing": Door(Who.PUBLIC, Source.TEXT),
    "public.help": Door(Who.PUBLIC, Source.TEXT),
    "public.privacy": Door(Who.PUBLIC, Source.TEXT),
    "public.accessibility": Door(Who.PUBLIC, Source.TEXT),
    "public.roles": Door(Who.PUBLIC, Source.TEXT),
    "public.healthz": Door(Who.PUBLIC, Source.TEXT, leaves=Leaves.FIXED),
    "public.sign_in": Door(Who.PUBLIC, Source.TEXT),
    "public.sign_in_post": Door(Who.PUBLIC, Source.NONE),
    "public.sign_out": Door(Who.PUBLIC, Source.NONE),
    "enrolment.page": Door(Who.PUBLIC, Source.SETUP),
    "enrolment.page_post": Door(Who.PUBLIC, Source.SETUP),
    "enrolment.confirm": Door(Who.PUBLIC, Source.TEXT),
    "enrolment.confirm_post": Door(Who.PUBLIC, Source.NONE),
    "enrolment.thanks": Door(Who.PUBLIC, Source.TEXT),
    "public.home": Door(Who.STAFF, Source.NONE),
    "account.page": Door(Who.STAFF, Source.ACCOUNT),
    "account.password_post": Door(Who.STAFF, Source.ACCOUNT),
    "account.end_session": Door(Who.STAFF, Source.NONE),
    "account.factor": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.factor_post": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.remove_factor": Door(Who.STAFF, Source.ACCOUNT),
    "account.codes": Door(Who.STAFF, Source.ACCOUNT),
    "account.codes_post": Door(Who.STAFF, Source.ACCOUNT),
    "account.code": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.code_post": Door(Who.HALF_WAY, Source.ACCOUNT),
    "account.forgot": Door(Who.PUBLIC, Source.TEXT),
    "account.forgot_post": Door(Who.PUBLIC, Source.NONE),
    "account.link": Door(Who.PUBLIC, Source.NONE),
    "account.new_password": Door(Who.PUBLIC, Source.ACCOUNT),
    "account.new_password_post": Door(Who.PUBLIC, Source.ACCOUNT),
}
