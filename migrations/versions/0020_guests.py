"""Guest accesses of suppliers, what came by them, and what the database shows to a guest.

A guest's transaction names its access (`app.guest`; portal/db.py) and no authority, so all other policies show it
nothing. These add the few rows that its access names, for reading only.
"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

GUEST = """
CREATE FUNCTION app_guest() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.guest', true), '')::uuid $$;
"""
OF_GUEST = "EXISTS (SELECT 1 FROM guest_access_request g WHERE g.access_id = app_guest() AND g.request_id = {request})"


def upgrade() -> None:
    op.execute(GUEST)
    _create_accesses()
    _create_uploads()
    # That the access lives the portal asks before each page; here it holds a second time, and all below hang on it.
    _show_to_guests("guest_access", "id = app_guest() AND revoked_at IS NULL AND now() < session_ends_at")
    _show_to_guests(
        "guest_access_request",
        "access_id = app_guest() AND EXISTS (SELECT 1 FROM guest_access a WHERE a.id = access_id)",
    )
    _show_to_guests("guest_upload", OF_GUEST.format(request="guest_upload.request_id"))
    _show_to_guests("declaration_request", OF_GUEST.format(request="declaration_request.id"))
    # The findings letters of its requests, and what was sent for them. Steps are seen with their request (0010).
    _show_to_guests(
        "evidence_item",
        "EXISTS (SELECT 1 FROM request_step s JOIN guest_access_request g ON g.request_id = s.request_id"
        " WHERE g.access_id = app_guest() AND evidence_item.id IN (s.letter_pdf_id, s.letter_xlsx_id))"
        " OR EXISTS (SELECT 1 FROM guest_upload u WHERE u.evidence_id = evidence_item.id)",
    )
    # What is shown where no authority is named, to operators among others, is not for guests.
    for table in ("journal_entry", "sanction_candidate"):
        op.execute(f"CREATE POLICY {table}_no_guest ON {table} AS RESTRICTIVE FOR SELECT USING (app_guest() IS NULL)")


def _show_to_guests(table: str, condition: str) -> None:
    op.execute(f"CREATE POLICY {table}_guest ON {table} FOR SELECT USING (app_guest() IS NOT NULL AND ({condition}))")


def _create_accesses() -> None:
    op.create_table(
        "guest_access",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("session_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("failed BETWEEN 0 AND 5", name=op.f("ck_guest_access_failed")),
        sa.CheckConstraint("(used_at IS NULL) = (session_hash IS NULL)", name=op.f("ck_guest_access_session")),
        sa.CheckConstraint("(used_at IS NULL) = (session_ends_at IS NULL)", name=op.f("ck_guest_access_session_end")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_guest_access_owner_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_guest_access_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_access")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_guest_access_token_hash")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_guest_access_session_hash")),
    )
    op.create_index(op.f("ix_guest_access_supplier_id"), "guest_access", ["supplier_id"])
    # What is written to a merged supplier lands at its survivor (0006).
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON guest_access"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )
    rls.private("guest_access")
    rls.update_only("guest_access", "supplier_id", "failed", "used_at", "session_hash", "session_ends_at", "revoked_at")
    op.create_table(
        "guest_access_request",
        sa.Column("access_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_id"], ["guest_access.id"], name=op.f("fk_guest_access_request_access_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["declaration_request.id"],
            name=op.f("fk_guest_access_request_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("access_id", "request_id", name=op.f("pk_guest_access_request")),
    )
    op.create_index(op.f("ix_guest_access_request_request_id"), "guest_access_request", ["request_id"])
    owned = "EXISTS (SELECT 1 FROM guest_access a WHERE a.id = access_id AND app_owns(a.owner_id))"
    rls.policies("guest_access_request", select=owned, write=owned)
    rls.append_only("guest_access_request")


def _create_uploads() -> None:
    op.create_table(
        "guest_upload",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("access_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_id"], ["guest_access.id"], name=op.f("fk_guest_upload_access_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["declaration_request.id"], name=op.f("fk_guest_upload_request_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_guest_upload_evidence_id")),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=op.f("fk_guest_upload_declaration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_upload")),
    )
    for column in ("access_id", "request_id", "evidence_id"):
        op.create_index(op.f(f"ix_guest_upload_{column}"), "guest_upload", [column])
    owned = "EXISTS (SELECT 1 FROM guest_access a WHERE a.id = access_id AND app_owns(a.owner_id))"
    rls.policies("guest_upload", select=owned, write=owned)
    rls.append_only("guest_upload")
