"""First schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "audit_event",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_event_hash")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_study_id"), ["study_id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_outbox_message_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_state"), ["state"], unique=False)

    op.create_table(
        "sealed_identity",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_identity")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sealed_identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_identity_study_id"), ["study_id"], unique=False)

    op.create_table(
        "study",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("commissioned_by", sa.String(length=200), nullable=False),
        sa.Column("paid_by", sa.String(length=200), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.Column("ethics_contact", sa.String(length=200), nullable=False),
        sa.Column("controller", sa.String(length=200), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("horizon", sa.Date(), nullable=True),
        sa.Column("marking", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("protocol", sa.JSON(), nullable=False),
        sa.Column("protocol_hash", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (protocol_hash IS NULL)", name=op.f("ck_study_locked")),
        sa.CheckConstraint("origin IN ('elicited', 'imported')", name=op.f("ck_study_origin")),
        sa.CheckConstraint("state IN ('draft', 'running', 'ended', 'archived')", name=op.f("ck_study_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
    )
    op.create_table(
        "amendment",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_amendment_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_study_id"), ["study_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("assessor", sa.String(length=120), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("screening", sa.JSON(), nullable=False),
        sa.Column("who_carries", sa.Text(), nullable=False),
        sa.Column("not_assessed", sa.Text(), nullable=False),
        sa.Column("acceptances", sa.JSON(), nullable=False),
        sa.Column("proportionality", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_assessment_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_assessment")),
    )
    op.create_table(
        "brief",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("marking", sa.String(length=20), nullable=False),
        sa.Column("community", sa.String(length=160), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("lede", sa.String(length=300), nullable=False),
        sa.Column("bottom_line", sa.Text(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.JSON(), nullable=False),
        sa.Column("settle", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("analyst", sa.String(length=120), nullable=False),
        sa.Column("waiver", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'assessed', 'signed', 'published', 'withdrawn')", name=op.f("ck_brief_state")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_brief_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief")),
        sa.UniqueConstraint("study_id", "version", name=op.f("uq_brief_study_id_version")),
    )
    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.create_index(
            "uq_brief_working",
            ["study_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'assessed', 'signed')"),
            postgresql_where=sa.text("state IN ('draft', 'assessed', 'signed')"),
        )

    op.create_table(
        "early_action",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("scenario", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=160), nullable=False),
        sa.Column("trigger", sa.String(length=200), nullable=False),
        sa.Column("months_from", sa.Integer(), nullable=False),
        sa.Column("months_to", sa.Integer(), nullable=False),
        sa.Column("stop_rule", sa.Text(), nullable=False),
        sa.Column("rights_level", sa.String(length=10), nullable=False),
        sa.Column("rights_note", sa.String(length=200), nullable=False),
        sa.Column("recommended", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "category IN ('preparedness', 'mitigation', 'prevention', 'policy')",
            name=op.f("ck_early_action_category"),
        ),
        sa.CheckConstraint("months_from <= months_to", name=op.f("ck_early_action_lead_time")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_early_action_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_action")),
    )
    with op.batch_alter_table("early_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_early_action_study_id"), ["study_id"], unique=False)

    op.create_table(
        "indicator",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("scenario", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("cadence", sa.String(length=40), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("diagnosticity", sa.String(length=10), nullable=False),
        sa.Column("disconfirming", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_indicator_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_study_id"), ["study_id"], unique=False)

    op.create_table(
        "role_assignment",
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_role_assignment_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "role", "study_id", name=op.f("pk_role_assignment")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("feedback", sa.String(length=15), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (feedback <> 'none')", name=op.f("ck_round_feedback_after_close")
        ),
        sa.CheckConstraint("feedback IN ('none', 'in_moderation', 'open')", name=op.f("ck_round_feedback")),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_round_state")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_round_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("study_id", "number", name=op.f("uq_round_study_id_number")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(
            "uq_round_open",
            ["study_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "scenario",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("short", sa.String(length=40), nullable=False),
        sa.Column("claim", sa.String(length=160), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("counts_not", sa.JSON(), nullable=False),
        sa.Column("counter_view", sa.Text(), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("hazard", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.String(length=20), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("library_id", sa.String(length=20), nullable=False),
        sa.Column("track_record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_scenario_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_scenario_study_id_name")),
        sa.UniqueConstraint("study_id", "position", name=op.f("uq_scenario_study_id_position")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_staff_session_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "stakeholder_group",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_stakeholder_group_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder_group")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_stakeholder_group_study_id_name")),
    )
    with op.batch_alter_table("stakeholder_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stakeholder_group_study_id"), ["study_id"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("scenario_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("dimension", sa.String(length=20), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("step", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_item_scenario_id_scenario"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_item_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_item_study_id_name")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_scenario_id"), ["scenario_id"], unique=False)

    op.create_table(
        "misuse_case",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.CheckConstraint("side IN ('criminals', 'authorities')", name=op.f("ck_misuse_case_side")),
        sa.ForeignKeyConstraint(
            ["study_id"],
            ["assessment.study_id"],
            name=op.f("fk_misuse_case_study_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misuse_case")),
    )
    with op.batch_alter_table("misuse_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_misuse_case_study_id"), ["study_id"], unique=False)

    op.create_table(
        "mitigation",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("risk", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'in_place', 'verified', 'dropped')", name=op.f("ck_mitigation_status")
        ),
        sa.ForeignKeyConstraint(
            ["study_id"],
            ["assessment.study_id"],
            name=op.f("fk_mitigation_study_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mitigation")),
    )
    with op.batch_alter_table("mitigation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mitigation_study_id"), ["study_id"], unique=False)

    op.create_table(
        "panellist",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.String(length=16), nullable=False),
        sa.Column("consent_version", sa.String(length=10), nullable=True),
        sa.Column("quoting", sa.String(length=12), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["stakeholder_group.id"],
            name=op.f("fk_panellist_group_id_stakeholder_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_panellist_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panellist")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("panellist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panellist_study_id"), ["study_id"], unique=False)

    op.create_table(
        "published_document",
        sa.Column("brief_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_published_document_brief_id_brief"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("brief_id", "kind", name=op.f("pk_published_document")),
    )
    op.create_table(
        "risk_judgement",
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("question_id", sa.String(length=10), nullable=False),
        sa.Column("gravity", sa.Integer(), nullable=False),
        sa.Column("reach", sa.Integer(), nullable=False),
        sa.Column("irreversibility", sa.Integer(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("burden", sa.String(length=20), nullable=False),
        sa.Column("precedent", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("residual", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "gravity BETWEEN 1 AND 5 AND reach BETWEEN 1 AND 5 AND irreversibility BETWEEN 1 AND 5 AND likelihood BETWEEN 1 AND 5",
            name=op.f("ck_risk_judgement_range"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id"],
            ["assessment.study_id"],
            name=op.f("fk_risk_judgement_study_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("study_id", "question_id", name=op.f("pk_risk_judgement")),
    )
    op.create_table(
        "signature",
        sa.Column("brief_id", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("role IN ('ethics_reviewer', 'dpo', 'owner')", name=op.f("ck_signature_role")),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name=op.f("fk_signature_brief_id_brief"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("brief_id", "role", name=op.f("pk_signature")),
    )
    op.create_table(
        "snapshot",
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_snapshot_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("hash", name=op.f("uq_snapshot_hash")),
    )
    op.create_table(
        "argument",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quotable", sa.Boolean(), nullable=False),
        sa.CheckConstraint("side IN ('higher', 'lower')", name=op.f("ck_argument_side")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_argument_item_id_item")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_argument_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_argument")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("argument", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_argument_round_id"), ["round_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_draft_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name=op.f("fk_draft_panellist_id_panellist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_draft_round_id_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("panellist_id", "item_id", "round_id", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participation",
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.String(length=15), nullable=False),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name=op.f("fk_participation_panellist_id_panellist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_participation_round_id_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("panellist_id", "round_id", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "personal_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("study_id", sa.String(length=16), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panellist_id"],
            ["panellist.id"],
            name=op.f("fk_personal_link_panellist_id_panellist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_personal_link_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_personal_link")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_link_panellist_id"), ["panellist_id"], unique=False)

    op.create_table(
        "rating",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("cannot_judge", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(value IS NULL) = cannot_judge", name=op.f("ck_rating_cannot_judge")),
        sa.CheckConstraint(
            "high IS NULL OR (value IS NOT NULL AND value <= high)", name=op.f("ck_rating_high")
        ),
        sa.CheckConstraint("low IS NULL OR (value IS NOT NULL AND low <= value)", name=op.f("ck_rating_low")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_rating_item_id_item")),
        sa.ForeignKeyConstraint(
            ["panellist_id"], ["panellist.id"], name=op.f("fk_rating_panellist_id_panellist")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_rating_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint(
            "panellist_id",
            "item_id",
            "round_id",
            "revision",
            name=op.f("uq_rating_panellist_id_item_id_round_id_revision"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_round", ["round_id"], unique=False)
        batch_op.create_index(
            "uq_rating_current",
            ["panellist_id", "item_id", "round_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )

    op.create_table(
        "rationale",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("panellist_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "visibility IN ('panel', 'facilitators', 'declined')", name=op.f("ck_rationale_visibility")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_rationale_item_id_item")),
        sa.ForeignKeyConstraint(
            ["panellist_id"], ["panellist.id"], name=op.f("fk_rationale_panellist_id_panellist")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_rationale_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rationale")),
        sa.UniqueConstraint(
            "panellist_id",
            "item_id",
            "round_id",
            "revision",
            name=op.f("uq_rationale_panellist_id_item_id_round_id_revision"),
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rationale", schema=None) as batch_op:
        batch_op.create_index("ix_rationale_round", ["round_id"], unique=False)
        batch_op.create_index(
            "uq_rationale_current",
            ["panellist_id", "item_id", "round_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("rationale", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rationale_current", sqlite_where=sa.text("is_current"), postgresql_where=sa.text("is_current")
        )
        batch_op.drop_index("ix_rationale_round")

    op.drop_table("rationale")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rating_current", sqlite_where=sa.text("is_current"), postgresql_where=sa.text("is_current")
        )
        batch_op.drop_index("ix_rating_round")

    op.drop_table("rating")
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_link_panellist_id"))

    op.drop_table("personal_link")
    op.drop_table("participation")
    op.drop_table("draft")
    with op.batch_alter_table("argument", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_argument_round_id"))

    op.drop_table("argument")
    op.drop_table("snapshot")
    op.drop_table("signature")
    op.drop_table("risk_judgement")
    op.drop_table("published_document")
    with op.batch_alter_table("panellist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panellist_study_id"))

    op.drop_table("panellist")
    with op.batch_alter_table("mitigation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mitigation_study_id"))

    op.drop_table("mitigation")
    with op.batch_alter_table("misuse_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_misuse_case_study_id"))

    op.drop_table("misuse_case")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_scenario_id"))

    op.drop_table("item")
    with op.batch_alter_table("stakeholder_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stakeholder_group_study_id"))

    op.drop_table("stakeholder_group")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_account_id"))

    op.drop_table("staff_session")
    op.drop_table("scenario")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_round_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.drop_table("round")
    op.drop_table("role_assignment")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_study_id"))

    op.drop_table("indicator")
    with op.batch_alter_table("early_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_early_action_study_id"))

    op.drop_table("early_action")
    with op.batch_alter_table("brief", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_brief_working",
            sqlite_where=sa.text("state IN ('draft', 'assessed', 'signed')"),
            postgresql_where=sa.text("state IN ('draft', 'assessed', 'signed')"),
        )

    op.drop_table("brief")
    op.drop_table("assessment")
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_amendment_study_id"))

    op.drop_table("amendment")
    op.drop_table("study")
    with op.batch_alter_table("sealed_identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_identity_study_id"))

    op.drop_table("sealed_identity")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_state"))

    op.drop_table("outbox_message")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_study_id"))

    op.drop_table("audit_event")
    op.drop_table("account")
