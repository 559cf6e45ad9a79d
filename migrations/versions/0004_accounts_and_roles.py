"""Accounts name an organisation; nobody holds two roles in one study that exclude each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RUNS = ("co_facilitator", "facilitator")
OTHERS = ("analyst", "dpo", "ethics_reviewer", "owner")
PAIRS = (*((runs, other) for runs in RUNS for other in OTHERS), ("ethics_reviewer", "owner"))
REFUSAL = "roles exclude each other"
LOCK = 0x524F4C45  # the lock of people.accounts


def _excluded() -> str:
    """Return the condition that the account holds a role that excludes the new one in the same study."""
    both = " OR ".join(
        f"(NEW.role = '{one}' AND role = '{other}')"
        for pair in PAIRS
        for one, other in (pair, tuple(reversed(pair)))
    )
    same = "account_id = NEW.account_id AND study_id = NEW.study_id AND study_id <> ''"
    return f"EXISTS (SELECT 1 FROM role_assignment WHERE {same} AND ({both}))"  # noqa: S608 - fixed names only


def _sqlite() -> None:
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER role_assignment_exclusive_{event.lower()} BEFORE {event} ON role_assignment "
            f"WHEN {_excluded()} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _postgresql() -> None:
    # The lock lets a second transaction look only once the first one has ended.
    op.execute(
        "CREATE FUNCTION role_assignment_exclusive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM pg_advisory_xact_lock({LOCK}, hashtext(NEW.study_id)); "
        f"IF {_excluded()} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER role_assignment_exclusive BEFORE INSERT OR UPDATE ON role_assignment "
        "FOR EACH ROW EXECUTE FUNCTION role_assignment_exclusive()"
    )


def upgrade() -> None:
    """Add the organisation and the triggers."""
    op.add_column("account", sa.Column("organisation", sa.String(160), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def downgrade() -> None:
    """Drop both."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER role_assignment_exclusive ON role_assignment")
        op.execute("DROP FUNCTION role_assignment_exclusive()")
    else:
        for event in ("insert", "update"):
            op.execute(f"DROP TRIGGER role_assignment_exclusive_{event}")
    op.drop_column(
        "account", "organisation"
    )  # in place: a copy of the table would take roles and sessions along
