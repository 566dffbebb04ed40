"""Row-level security on everything that an authority owns; journal and observations become append-only."""

from alembic import op

from migrations import rls

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(rls.FUNCTIONS)

    for table in (
        "evidence_item",
        "declaration",
        "contract",
        "supplier_assessment",
        "dialogue_entry",
        "joint_audit",
    ):
        rls.shared(table)

    rls.child("smelter_line", "declaration_id", "declaration")
    rls.child("declaration_finding", "declaration_id", "declaration")
    rls.child("assessment_step", "assessment_id", "supplier_assessment")
    rls.child("dialogue_participant", "dialogue_id", "dialogue_entry")
    # A commitment may be marked done by the authority that made it.
    rls.child("commitment", "dialogue_id", "dialogue_entry", update="app_owns(authority_id)")
    # An invited authority gives its own answer.
    rls.child("audit_participant", "audit_id", "joint_audit", update="app_owns(authority_id)")

    rls.private("supplier_import")
    rls.child("import_row", "import_id", "supplier_import")
    rls.private("notice", "authority_id")
    notice_seen = "EXISTS (SELECT 1 FROM notice n WHERE n.id = notice_id)"
    rls.policies("notice_read", select=notice_seen, write=notice_seen)
    # A note belongs to a dialogue that its authority sees; not even the system reads it.
    mine = "owner_id = app_authority() AND EXISTS (SELECT 1 FROM dialogue_entry d WHERE d.id = dialogue_id)"
    rls.policies("private_note", select=mine, write=mine)

    # Bytes are reached through a record that one may see: a piece of evidence, or a run of a source.
    rls.policies(
        "file_blob",
        select="EXISTS (SELECT 1 FROM evidence_item e WHERE e.sha256 = file_blob.sha256)"
        " OR EXISTS (SELECT 1 FROM sync_run r WHERE r.sha256 = file_blob.sha256)",
        insert="true",
        write="app_is_system()",
    )

    rls.policies(
        "journal_entry",
        select="authority_id IS NOT DISTINCT FROM app_authority() OR app_is_system()",
        insert="true",
        write="false",
    )
    op.execute(r"INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'))")
    op.execute("REVOKE INSERT, DELETE, TRUNCATE ON journal_head FROM portal_app")
    for table in ("journal_entry", "assurance_observation", "snapshot_row", "dialogue_participant", "private_note"):
        rls.append_only(table)
    # What was said stays as it was written; a correction is a new entry.
    rls.update_only("dialogue_entry", "audience", "named_ids", "version")
    rls.update_only("commitment", "done_at", "done_by_id", "done_note")
    op.execute("GRANT SELECT ON alembic_version TO portal_app")
