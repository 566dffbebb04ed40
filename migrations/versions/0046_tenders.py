"""Tenders, who evaluates their bids, and the lock on follow-up data for those people.

A restrictive policy adds to what the audience rule says, on every table that tells of the follow-up of a supplier.
Rows below such a record are seen with it, so they need none of their own.
"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# What a transaction may not see: “={…}” these suppliers, “!{…}” all but these (portal/access/lock.py).
LOCKED = """
CREATE FUNCTION app_locked(supplier uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE left(current_setting('app.locked', true), 1)
    WHEN '=' THEN supplier = ANY (substr(current_setting('app.locked', true), 2)::uuid[])
    WHEN '!' THEN supplier <> ALL (substr(current_setting('app.locked', true), 2)::uuid[])
    ELSE false END
$$;
CREATE FUNCTION app_has_locks() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('app.locked', true), '') NOT IN ('', '={}')
$$;
"""

# Who evaluates is asked before it is known what the person may see, so the function reads as the system. Null: nothing.
# A tender without named bidders covers every supplier but those released in all such tenders.
EVALUATOR_LOCK = """
CREATE FUNCTION evaluator_lock(authority uuid, person uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  before text := coalesce(current_setting('app.system', true), '');
  found text;
BEGIN
  PERFORM set_config('app.system', 'on', true);
  found := evaluator_lock_as_system(authority, person);
  PERFORM set_config('app.system', before, true);
  RETURN found;
END $$;
CREATE FUNCTION evaluator_lock_as_system(authority uuid, person uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  evaluated uuid[];
  everywhere uuid[];
  named uuid[];
  freed uuid[];
BEGIN
  SELECT array_agg(t.id) INTO evaluated FROM tender t
  WHERE t.owner_id = authority AND t.state = 'open' AND EXISTS (
    SELECT 1 FROM tender_evaluator e WHERE e.tender_id = t.id AND (person IS NULL OR e.user_id = person));
  IF evaluated IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT coalesce(array_agg(t.id), '{}') INTO everywhere FROM tender t
  WHERE t.id = ANY (evaluated) AND t.guard = 'lock'
    AND NOT EXISTS (SELECT 1 FROM tender_bidder b WHERE b.tender_id = t.id);
  SELECT coalesce(array_agg(DISTINCT b.supplier_id), '{}') INTO named
  FROM tender t JOIN tender_bidder b ON b.tender_id = t.id
  WHERE t.id = ANY (evaluated) AND t.guard = 'lock' AND NOT EXISTS (
    SELECT 1 FROM tender_release r WHERE r.tender_id = t.id AND r.supplier_id = b.supplier_id);
  IF cardinality(everywhere) = 0 THEN
    RETURN '=' || named::text;
  END IF;
  SELECT coalesce(array_agg(found.supplier_id), '{}') INTO freed FROM (
    SELECT r.supplier_id FROM tender_release r WHERE r.tender_id = ANY (everywhere) AND r.supplier_id <> ALL (named)
    GROUP BY r.supplier_id HAVING count(*) = cardinality(everywhere)
  ) found;
  RETURN '!' || freed::text;
END $$;
"""

ABOUT_A_SUPPLIER = (
    "declaration",
    "declaration_reliance",
    "declaration_request",
    "dialogue_entry",
    "finding",
    "finding_release",
    "guest_access",
    "joint_audit",
    "joint_letter",
    "questionnaire",
    "rated_assessment",
    "rating_reliance",
    "supplier_assessment",
)
# Below a record that is locked, with a policy that does not ask for that record.
BELOW = (
    ("audit_booking", "audit_id", "joint_audit"),
    ("audit_date", "audit_id", "joint_audit"),
    ("audit_poll", "audit_id", "joint_audit"),
    ("dialogue_address", "dialogue_id", "dialogue_entry"),
    ("private_note", "dialogue_id", "dialogue_entry"),
    ("rating_upload", "assessment_id", "rated_assessment"),
)
# A file is seen with what it belongs to, or by whoever is storing it now.
FILES = (
    ("declaration", "evidence_id"),
    ("request_step", "letter_pdf_id"),
    ("request_step", "letter_xlsx_id"),
    ("dialogue_file", "evidence_id"),
    ("finding_evidence", "evidence_id"),
    ("guest_upload", "evidence_id"),
    ("notice_import", "evidence_id"),
    ("obligation_evidence", "evidence_id"),
    ("rated_evidence", "evidence_id"),
    ("supplier_import", "evidence_id"),
)


def upgrade() -> None:
    op.create_table(
        "tender",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("guard", sa.String(length=4), nullable=False),
        sa.Column("decision_by", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("guard IN ('lock', 'flag')", name=op.f("ck_tender_guard")),
        sa.CheckConstraint("state IN ('draft', 'open', 'decided', 'cancelled')", name=op.f("ck_tender_state")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_tender_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_tender_owner_id_number")),
    )
    _below("tender_evaluator", sa.Column("user_id", sa.Uuid(), nullable=False), key="user_id", of="user_account")
    op.create_index(op.f("ix_tender_evaluator_user_id"), "tender_evaluator", ["user_id"])
    _below("tender_bidder", sa.Column("supplier_id", sa.Uuid(), nullable=False), key="supplier_id", of="supplier")
    _below(
        "tender_release",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        key="supplier_id",
        of="supplier",
    )
    rls.private("tender")
    for table in ("tender_evaluator", "tender_bidder", "tender_release"):
        rls.child(table, "tender_id", "tender")
    for table in ("tender_bidder", "tender_release"):
        op.create_index(op.f(f"ix_{table}_supplier_id"), table, ["supplier_id"])
        op.execute(
            f"CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
        )
    op.execute(LOCKED)
    op.execute(EVALUATOR_LOCK)
    _lock()


def _below(table: str, *columns: sa.Column[object], key: str, of: str) -> None:
    op.create_table(
        table,
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f(f"fk_{table}_tender_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint([key], [f"{of}.id"], name=op.f(f"fk_{table}_{key}")),
        sa.PrimaryKeyConstraint("tender_id", key, name=op.f(f"pk_{table}")),
    )


def _lock() -> None:
    for table in ABOUT_A_SUPPLIER:
        rls.lock(table, "NOT app_locked(supplier_id)")
    rls.lock(
        "obligation",
        "NOT app_has_locks() OR EXISTS (SELECT 1 FROM contract c WHERE c.id = contract_id"
        " AND NOT app_locked(c.supplier_id))",
    )
    for table, key, parent in BELOW:
        rls.lock(table, f"NOT app_has_locks() OR EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {table}.{key})")
    found = " OR ".join(f"EXISTS (SELECT 1 FROM {table} f WHERE f.{key} = evidence_item.id)" for table, key in FILES)
    rls.lock("evidence_item", f"NOT app_has_locks() OR created_at >= now() OR {found}")
