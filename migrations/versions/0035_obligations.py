"""Clauses as contracts were signed with, options to extend, and the obligations that follow from both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

# For everybody, the owner of the schema among them. A clause that was written down by mistake can be taken off.
_FROZEN = """
CREATE FUNCTION contract_clause_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a signed clause does not change' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER contract_clause_frozen BEFORE UPDATE ON contract_clause
  FOR EACH ROW EXECUTE FUNCTION contract_clause_frozen();
"""


def upgrade() -> None:
    op.create_table(
        "contract_extension",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_extension_contract_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_extension")),
        sa.UniqueConstraint("contract_id", "until", name=op.f("uq_contract_extension_contract_id_until")),
    )
    rls.child("contract_extension", "contract_id", "contract")
    _create_contract_clause()
    _create_obligation()
    _create_steps()
    op.execute(_FROZEN)


def _create_contract_clause() -> None:
    op.create_table(
        "contract_clause",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("clause_version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_clause_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["clause_version_id"], ["clause_version.id"], name=op.f("fk_contract_clause_clause_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_clause")),
        sa.UniqueConstraint(
            "contract_id", "clause_version_id", name=op.f("uq_contract_clause_contract_id_clause_version_id")
        ),
    )
    op.create_index(op.f("ix_contract_clause_clause_version_id"), "contract_clause", ["clause_version_id"])
    rls.child("contract_clause", "contract_id", "contract")


def _create_obligation() -> None:
    op.create_table(
        "obligation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("contract_clause_id", sa.Uuid(), nullable=False),
        sa.Column("duty_code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("what", postgresql.JSONB(), nullable=False),
        sa.Column("triggered_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("refusal", sa.String(length=16), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('once', 'recurring', 'on_request', 'on_event')", name=op.f("ck_obligation_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'delivered', 'accepted', 'refused', 'waived')", name=op.f("ck_obligation_state")
        ),
        sa.CheckConstraint(
            "(kind IN ('on_request', 'on_event')) = (triggered_on IS NOT NULL)",
            name=op.f("ck_obligation_triggered_on"),
        ),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_obligation_refusal")),
        sa.CheckConstraint(
            "(state IN ('delivered', 'accepted')) = (delivered_on IS NOT NULL)",
            name=op.f("ck_obligation_delivered_on"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_obligation_owner_id")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_obligation_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contract_clause_id"], ["contract_clause.id"], name=op.f("fk_obligation_contract_clause_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint(
            "contract_clause_id",
            "duty_code",
            "occurrence",
            name=op.f("uq_obligation_contract_clause_id_duty_code_occurrence"),
        ),
    )
    op.create_index(op.f("ix_obligation_contract_id"), "obligation", ["contract_id"])
    op.create_index("ix_obligation_owner_due", "obligation", ["owner_id", "due_on", "id"])
    op.create_index(
        "ix_obligation_waiting",
        "obligation",
        ["owner_id"],
        postgresql_where=sa.text("state IN ('open', 'delivered')"),
    )
    rls.private("obligation")


def _create_steps() -> None:
    op.create_table(
        "obligation_step",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("refusal", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_obligation_step_obligation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_step")),
    )
    op.create_index(op.f("ix_obligation_step_obligation_id"), "obligation_step", ["obligation_id"])
    rls.child("obligation_step", "obligation_id", "obligation")
    rls.append_only("obligation_step")
    op.create_table(
        "obligation_evidence",
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_obligation_evidence_obligation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_obligation_evidence_evidence_id")),
        sa.PrimaryKeyConstraint("obligation_id", "evidence_id", name=op.f("pk_obligation_evidence")),
    )
    rls.child("obligation_evidence", "obligation_id", "obligation")
