"""What a dialogue is about and how far it has come: issues, objective, milestone, step up; answers and their days."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for added in (
        sa.Column("objective", sa.Text(), server_default="", nullable=False),
        sa.Column("issues", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("milestone", sa.String(length=16), nullable=True),
        sa.Column("escalation", sa.String(length=20), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("original_id", sa.Uuid(), nullable=True),
    ):
        op.add_column("dialogue_entry", added)
    for column in ("answers_id", "original_id"):
        op.create_foreign_key(op.f(f"fk_dialogue_entry_{column}"), "dialogue_entry", "dialogue_entry", [column], ["id"])
    op.execute(
        "WITH RECURSIVE version (id, first) AS ("
        " SELECT id, id FROM dialogue_entry WHERE corrects_id IS NULL UNION ALL"
        " SELECT d.id, v.first FROM dialogue_entry d JOIN version v ON d.corrects_id = v.id"
        ") UPDATE dialogue_entry d SET original_id = v.first FROM version v WHERE v.id = d.id AND v.first <> v.id"
    )
    op.create_index(op.f("ix_dialogue_entry_answers_id"), "dialogue_entry", ["answers_id"], unique=False)
    for name, condition in (
        ("answers_another", "answers_id <> id"),
        ("milestone", "milestone IN ('raised', 'acknowledged', 'plan', 'implemented')"),
        (
            "escalation",
            "escalation IN ('reminder', 'management_letter', 'joint_letter', 'contractual_notice', 'sanction')",
        ),
        ("answer_by", "answer_by >= held_on"),
    ):
        op.create_check_constraint(op.f(f"ck_dialogue_entry_{name}"), "dialogue_entry", condition)
