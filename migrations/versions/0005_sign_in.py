"""Sessions, second factor, and links that set a password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _account(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    return sa.Column("account_id", sa.String(length=16), nullable=False), sa.ForeignKeyConstraint(
        ["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id_account"), ondelete="CASCADE"
    )


def _staff_sessions(*more: sa.Column) -> None:
    """Make the table anew: everybody signs in once more, and nothing is guessed about sessions that ran."""
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_account_id"))
    op.drop_table("staff_session")
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        *_account("staff_session"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    _index("staff_session", "account_id")


def _index(table: str, column: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _panellist_sessions() -> None:
    op.create_table(
        "panellist_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name=op.f("fk_panellist_session_panellist_id_panellist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["link_hash"],
            ["personal_link.token_hash"],
            name=op.f("fk_panellist_session_link_hash_personal_link"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_panellist_session")),
        sqlite_with_rowid=False,
    )
    _index("panellist_session", "panellist_id")
    _index("panellist_session", "link_hash")


def upgrade() -> None:
    """Add tables for links and factors, and what a session has proved."""
    _staff_sessions(
        sa.Column("with_factor", sa.Boolean(), nullable=False),
        sa.Column("rights", sa.String(length=16), nullable=False),
    )
    op.create_table(
        "password_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        *_account("password_link"),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_password_link_purpose")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_link")),
    )
    _index("password_link", "account_id")
    op.create_table(
        "second_factor",
        *_account("second_factor"),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        *_account("recovery_code"),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    _panellist_sessions()


def downgrade() -> None:
    """Drop them; everybody signs in once more."""
    for table in ("panellist_session", "recovery_code", "second_factor", "password_link"):
        op.drop_table(table)
    _staff_sessions()
