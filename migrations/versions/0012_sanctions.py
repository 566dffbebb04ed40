"""Organisations on sanctions lists, candidates, and the queue of who is to be compared with the lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Table -> (kind, key of a row, events that matter). One statement adds its rows at once, so an import costs no more.
WATCHED = {
    "supplier_name": ("supplier", "supplier_id::text", ("INSERT", "UPDATE")),
    "supplier_identifier": ("supplier", "supplier_id::text", ("INSERT",)),
    "pinch_point": ("facility", "facility_id", ("INSERT", "UPDATE")),
    "smelter_line": ("declared", "declared_name", ("INSERT",)),
}


def upgrade() -> None:
    _create_lists()
    _create_candidates()
    _create_outside_checks()
    _create_queue()


def _create_lists() -> None:
    op.create_table(
        "listed_party",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("source_code", sa.String(length=20), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("absent_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_listed_party_run_id")),
        sa.ForeignKeyConstraint(["source_code"], ["source.code"], name=op.f("fk_listed_party_source_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_party")),
        sa.UniqueConstraint("source_code", "part", "ref", name=op.f("uq_listed_party_source_code_part_ref")),
    )
    op.create_index(op.f("ix_listed_party_run_id"), "listed_party", ["run_id"])
    op.create_table(
        "listed_party_version",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["listed_party.id"], name=op.f("fk_listed_party_version_party_id")),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_listed_party_version_run_id")),
        sa.PrimaryKeyConstraint("party_id", "run_id", name=op.f("pk_listed_party_version")),
    )
    rls.append_only("listed_party_version")
    op.create_table(
        "list_part",
        sa.Column("source_code", sa.String(length=20), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_list_part_run_id")),
        sa.ForeignKeyConstraint(["source_code"], ["source.code"], name=op.f("fk_list_part_source_code")),
        sa.PrimaryKeyConstraint("source_code", "part", name=op.f("pk_list_part")),
    )


def _create_candidates() -> None:
    op.create_table(
        "sanction_candidate",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("facility_id", sa.String(length=20), nullable=True),
        sa.Column("declared_name", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("listed_name", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_user_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(supplier_id, facility_id, declared_name) = 1", name=op.f("ck_sanction_candidate_one_subject")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'not_same', 'relevant', 'lapsed')", name=op.f("ck_sanction_candidate_state")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'lapsed') OR (decided_at IS NOT NULL AND note <> '')",
            name=op.f("ck_sanction_candidate_decided"),
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_sanction_candidate_score")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["authority.id"], name=op.f("fk_sanction_candidate_decided_by_id")),
        sa.ForeignKeyConstraint(["party_id"], ["listed_party.id"], name=op.f("fk_sanction_candidate_party_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_sanction_candidate_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction_candidate")),
    )
    for column in ("supplier_id", "facility_id", "declared_name"):
        op.create_index(
            f"uq_sanction_candidate_{column}",
            "sanction_candidate",
            [column, "party_id"],
            unique=True,
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index("ix_sanction_candidate_state", "sanction_candidate", ["state", "score", "id"])
    op.create_index("ix_sanction_candidate_party_id", "sanction_candidate", ["party_id"])
    op.create_index("ix_smelter_line_declared_name", "smelter_line", ["declared_name"])
    # What a declaration says is seen by those who see the declaration; suppliers and facilities by all.
    seen = (
        "app_is_system() OR declared_name IS NULL OR EXISTS ("
        "SELECT 1 FROM smelter_line l WHERE l.declared_name = sanction_candidate.declared_name)"
    )
    rls.policies("sanction_candidate", select=seen, write="app_is_system()", update=seen)
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON sanction_candidate"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )


def _create_outside_checks() -> None:
    op.create_table(
        "outside_check",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_outside_check_run_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_outside_check_supplier_id")),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_outside_check")),
    )
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON outside_check"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )


def _create_queue() -> None:
    op.create_table(
        "screening_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('supplier', 'facility', 'declared')", name=op.f("ck_screening_due_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_due")),
    )
    for table, (kind, key, events) in WATCHED.items():
        op.execute(
            f"CREATE FUNCTION screening_due_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" INSERT INTO screening_due (kind, key)"
            f" SELECT DISTINCT '{kind}', {key} FROM added WHERE {key} IS NOT NULL;"
            f" RETURN NULL; END $$"
        )
        for event in events:
            op.execute(
                f"CREATE TRIGGER screening_due_at_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION screening_due_of_{table}()"
            )
