"""The names of everything that can be permitted. Who holds which stands in policy.py."""

from enum import StrEnum


class Permission(StrEnum):
    """One word for one act; routes declare exactly one."""

    PUBLIC = "public"
    USE_PORTAL = "use_portal"
    BE_GUEST = "be_guest"  # pages of suppliers' guests; no member holds it

    READ_REGISTRY = "read_registry"
    SAVE_SEARCHES = "save_searches"
    EDIT_REGISTRY = "edit_registry"
    CONFIRM_MERGE = "confirm_merge"
    WITHDRAW_MERGE = "withdraw_merge"
    IMPORT_SUPPLIERS = "import_suppliers"
    FOLLOW_SUPPLIER = "follow_supplier"
    EXPORT_DATA = "export_data"

    READ_EVIDENCE = "read_evidence"
    READ_DECLARATION = "read_declaration"
    UPLOAD_DECLARATION = "upload_declaration"
    EDIT_DECLARATION = "edit_declaration"
    DECIDE_SMELTER_NAME = "decide_smelter_name"

    RELY_ON_DECLARATION = "rely_on_declaration"
    STOP_RELYING = "stop_relying"

    READ_REQUEST = "read_request"
    ASK_DECLARATION = "ask_declaration"
    EDIT_REQUEST = "edit_request"
    RECEIVE_DECLARATION = "receive_declaration"
    LET_IN_SUPPLIER = "let_in_supplier"

    READ_TENDER = "read_tender"
    ADD_TENDER = "add_tender"
    EDIT_TENDER = "edit_tender"
    READ_CONTRACT = "read_contract"
    ADD_CONTRACT = "add_contract"
    EDIT_CONTRACT = "edit_contract"

    READ_CLAUSE = "read_clause"
    ADD_CLAUSE = "add_clause"
    EDIT_CLAUSE = "edit_clause"
    JUDGE_CLAUSE = "judge_clause"

    READ_OBLIGATION = "read_obligation"
    EDIT_OBLIGATION = "edit_obligation"

    READ_ASSESSMENT = "read_assessment"
    ADD_ASSESSMENT = "add_assessment"
    EDIT_ASSESSMENT = "edit_assessment"
    PUBLISH_RUBRIC = "publish_rubric"
    RELY_ON_ASSESSMENT = "rely_on_assessment"

    READ_DIALOGUE = "read_dialogue"
    ADD_DIALOGUE = "add_dialogue"
    EDIT_DIALOGUE = "edit_dialogue"
    CLOSE_COMMITMENT = "close_commitment"
    ADD_PRIVATE_NOTE = "add_private_note"

    SIGN_LETTER = "sign_letter"  # a joint one, for one's own authority
    READ_AUDIT = "read_audit"
    PROPOSE_AUDIT = "propose_audit"
    LEAD_AUDIT = "lead_audit"
    ANSWER_AUDIT = "answer_audit"
    READ_AUDIT_INSIDE = "read_audit_inside"
    TAKE_PART_IN_AUDIT = "take_part_in_audit"

    READ_FINDING = "read_finding"
    ADD_FINDING = "add_finding"
    EDIT_FINDING = "edit_finding"
    ANSWER_NOTICE = "answer_notice"  # of an audit, as the supplier
    ANSWER_FINDING = "answer_finding"  # as the supplier that it was shown to

    READ_SOURCES = "read_sources"
    RUN_SOURCES = "run_sources"
    EDIT_IMPACTS = "edit_impacts"
    READ_SANCTIONS = "read_sanctions"
    DECIDE_SANCTIONS = "decide_sanctions"

    OPERATE = "operate"
    READ_INBOX = "read_inbox"
    SUBSCRIBE_CALENDAR = "subscribe_calendar"
    SHARE_CALENDAR = "share_calendar"
    READ_JOURNAL = "read_journal"
    READ_MEMBERS = "read_members"
