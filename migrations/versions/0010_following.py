"""Requests for declarations with their steps and reminders; who relies on whose declaration; withdrawn ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_requests()
    _create_steps()
    op.add_column("declaration", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("declaration", sa.Column("withdrawn_reason", sa.Text(), nullable=True))
    _create_reliances()


def _follow_merges(table: str) -> None:
    """What is written to a merged supplier lands at its survivor (0006)."""
    op.execute(
        f"CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )


def _create_requests() -> None:
    op.create_table(
        "declaration_request",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(length=8), nullable=False),
        sa.Column("minerals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("scope_code", sa.String(length=1), nullable=False),
        sa.Column("scope_description", sa.Text(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_declaration_request_audience")),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_declaration_request_named_ids")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'received', 'checked', 'sent_back', 'accepted', 'cancelled')",
            name=op.f("ck_declaration_request_state"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'cancelled') OR declaration_id IS NOT NULL",
            name=op.f("ck_declaration_request_answered"),
        ),
        sa.CheckConstraint("due_on >= asked_on", name=op.f("ck_declaration_request_due_after_asked")),
        sa.CheckConstraint("scope_code IN ('A', 'B', 'C')", name=op.f("ck_declaration_request_scope_code")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_declaration_request_{column}"))
            for column, table in (
                ("supplier_id", "supplier"),
                ("contract_id", "contract"),
                ("declaration_id", "declaration"),
                ("owner_id", "authority"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_request")),
    )
    for column in ("supplier_id", "contract_id", "declaration_id", "owner_id"):
        op.create_index(op.f(f"ix_declaration_request_{column}"), "declaration_request", [column])
    op.create_index(
        "ix_declaration_request_waiting",
        "declaration_request",
        ["due_on"],
        postgresql_where=sa.text("state IN ('requested', 'sent_back')"),
    )
    _follow_merges("declaration_request")
    rls.shared("declaration_request")


def _create_steps() -> None:
    op.create_table(
        "request_step",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("letter_pdf_id", sa.Uuid(), nullable=True),
        sa.Column("letter_xlsx_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["declaration_request.id"], name=op.f("fk_request_step_request_id"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_request_step_{column}"))
            for column, table in (
                ("declaration_id", "declaration"),
                ("letter_pdf_id", "evidence_item"),
                ("letter_xlsx_id", "evidence_item"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_step")),
    )
    op.create_index(op.f("ix_request_step_request_id"), "request_step", ["request_id"])
    rls.child("request_step", "request_id", "declaration_request")
    rls.append_only("request_step")
    op.create_table(
        "request_reminder",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["declaration_request.id"], name=op.f("fk_request_reminder_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "due_on", "rung", name=op.f("pk_request_reminder")),
    )
    owned = "EXISTS (SELECT 1 FROM declaration_request r WHERE r.id = request_id AND app_owns(r.owner_id))"
    rls.policies("request_reminder", select=owned, write=owned)
    rls.append_only("request_reminder")


def _create_reliances() -> None:
    op.create_table(
        "declaration_reliance",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("seen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("owner_id <> source_id", name=op.f("ck_declaration_reliance_of_another")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_declaration_reliance_{column}"))
            for column, table in (
                ("owner_id", "authority"),
                ("source_id", "authority"),
                ("declaration_id", "declaration"),
                ("supplier_id", "supplier"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_reliance")),
    )
    for column in ("owner_id", "supplier_id"):
        op.create_index(op.f(f"ix_declaration_reliance_{column}"), "declaration_reliance", [column])
    op.create_index(
        "uq_declaration_reliance_open",
        "declaration_reliance",
        ["declaration_id", "owner_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    _follow_merges("declaration_reliance")
    # An owner knows who relies on its declaration, and nobody else does; one relies only on what one sees.
    rls.policies(
        "declaration_reliance",
        select="app_owns(owner_id) OR app_owns(source_id)",
        insert="app_owns(owner_id) AND EXISTS (SELECT 1 FROM declaration d"
        " WHERE d.id = declaration_id AND d.owner_id = source_id)",
        write="app_owns(owner_id)",
    )
    rls.update_only("declaration_reliance", "ended_on", "supplier_id")
