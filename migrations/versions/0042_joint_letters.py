"""Joint letters. An authority asks others to sign; what each of them answers only that one can write."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joint_letter",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("sign_by", sa.Date(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_joint_letter_audience")),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_joint_letter_named_ids")
        ),
        sa.CheckConstraint("subject <> '' AND body <> ''", name=op.f("ck_joint_letter_texts")),
        sa.CheckConstraint("state IN ('open', 'sent', 'withdrawn')", name=op.f("ck_joint_letter_state")),
        sa.CheckConstraint("(state = 'sent') = (dialogue_id IS NOT NULL)", name=op.f("ck_joint_letter_sent")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_joint_letter_supplier_id")),
        sa.ForeignKeyConstraint(["dialogue_id"], ["dialogue_entry.id"], name=op.f("fk_joint_letter_dialogue_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_joint_letter_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_letter")),
    )
    op.create_index(op.f("ix_joint_letter_supplier_id"), "joint_letter", ["supplier_id"])
    op.create_index(op.f("ix_joint_letter_owner_id"), "joint_letter", ["owner_id"])
    op.create_table(
        "letter_signature",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('asked', 'confirmed', 'declined')", name=op.f("ck_letter_signature_answer")),
        sa.CheckConstraint(
            "(answer = 'confirmed') = (text_hash IS NOT NULL AND signed_by IS NOT NULL)",
            name=op.f("ck_letter_signature_confirmed"),
        ),
        sa.CheckConstraint("(answer = 'asked') = (answered_at IS NULL)", name=op.f("ck_letter_signature_answered")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["joint_letter.id"], name=op.f("fk_letter_signature_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_letter_signature_authority_id")),
        sa.PrimaryKeyConstraint("letter_id", "authority_id", name=op.f("pk_letter_signature")),
    )
    op.create_index(op.f("ix_letter_signature_authority_id"), "letter_signature", ["authority_id"])
    rls.shared("joint_letter")
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON joint_letter"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )
    seen = "EXISTS (SELECT 1 FROM joint_letter l WHERE l.id = letter_id)"
    owned = "EXISTS (SELECT 1 FROM joint_letter l WHERE l.id = letter_id AND app_owns(l.owner_id))"
    rls.policies(
        "letter_signature",
        select=seen,
        insert=f"{owned} AND answer = 'asked'",
        update="app_owns(authority_id)",
        write=f"{owned} AND answer = 'asked'",  # taken back: who has answered stays
    )
