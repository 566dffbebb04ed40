"""How the generated matrix makes the record that a URL argument names; one without an entry fails the matrix."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.notifications.digests import stop_token
from tests.factories import (
    assessments,
    audits,
    clauses,
    contracts,
    declarations,
    dialogues,
    evidence,
    findings,
    guests,
    impacts,
    merging,
    notifications,
    obligations,
    ratings,
    registry,
    requests,
    rubrics,
    sanctions,
    searches,
    smelter_names,
    sources,
    tenders,
)


@dataclass(frozen=True)
class RecordKind:
    """`make(owner_id=…, audience=…, named_ids=…, **overrides)` returns the record.

    `private` records are never shared, whatever the audience; `key` is the attribute that stands in the URL;
    `person`: it belongs to this persona of the owner alone, though row-level security only knows the authority;
    `text` is the column that takes the marker by which lists are searched for leaks.
    """

    make: Callable[..., Any]
    text: str | None = None
    private: bool = False
    person: str | None = None
    key: str = "id"


# URL arguments of what an authority owns and may share.
OWNED: dict[str, RecordKind] = {
    "tender_id": RecordKind(tenders.make_tender, text="title", private=True),
    "contract_id": RecordKind(contracts.make_contract, text="title"),
    "clause_id": RecordKind(clauses.make_draft, text="title", private=True),
    "obligation_id": RecordKind(obligations.make_obligation, text="title", private=True),
    "assessment_id": RecordKind(assessments.make_assessment, text="method"),
    "rating_id": RecordKind(ratings.make_rating, text="method"),
    "rating_reliance_id": RecordKind(ratings.make_decision_against, private=True),
    "rubric_draft_id": RecordKind(rubrics.make_rubric_draft, text="filename", private=True),
    "rating_upload_id": RecordKind(ratings.make_rating_upload, text="filename", private=True),
    "questionnaire_id": RecordKind(ratings.make_questionnaire, text="message", private=True),
    "dialogue_id": RecordKind(dialogues.make_dialogue, text="subject"),
    "dialogue_file_id": RecordKind(dialogues.make_dialogue_file),
    "letter_id": RecordKind(dialogues.make_letter, text="subject"),
    "audit_id": RecordKind(audits.make_audit, text="title"),
    "finding_id": RecordKind(findings.make_finding, text="title"),
    "release_id": RecordKind(findings.make_release, text="summary"),
    "declaration_id": RecordKind(declarations.make_declaration, text="company_name"),
    "request_id": RecordKind(requests.make_request, text="instructions"),
    "guest_access_id": RecordKind(guests.make_access, private=True),
    "evidence_id": RecordKind(evidence.make_evidence, text="filename"),
    "notice_import_id": RecordKind(contracts.make_notice_import, text="filename", private=True),
    "import_id": RecordKind(registry.make_import, text="filename", private=True),
    "notice_id": RecordKind(notifications.make_notice, private=True),
    "search_id": RecordKind(searches.make_search, text="name", private=True, person="stockholm-officer"),
}

# URL arguments of what all signed-in people may see.
SHARED: dict[str, Callable[[], Any]] = {
    "supplier_id": lambda: registry.make_supplier("Nordlicht Rechner GmbH", "DE").id,
    "other_id": lambda: registry.make_supplier("Nordlicht Computer GmbH", "DE").id,
    "merge_id": lambda: merging.make_proposal().id,
    "name_id": lambda: registry.make_name(registry.make_supplier("Fjell Data AS", "NO"), "Fjell").id,
    "identifier_id": lambda: registry.make_identifier(registry.make_supplier("Skog Data AB", "SE")).id,
    "site_id": lambda: registry.make_site(registry.make_supplier("Costa Dades SL", "ES")).id,
    "role_id": lambda: registry.make_role(registry.make_supplier("Berg Data AS", "NO")).id,
    "relation_id": lambda: (
        registry.make_parent(
            registry.make_supplier("Dal Data AS", "NO"), registry.make_supplier("Elv Data AS", "NO")
        ).id
    ),
    "fact_id": lambda: registry.make_fact(registry.make_supplier("Hei Data AB", "SE")).id,
    "proposal_id": lambda: registry.make_proposal(registry.make_supplier("Sol Data AB", "SE")).id,
    "place_id": lambda: registry.make_place(registry.make_supplier("Vik Data AB", "SE")).id,
    "impact_id": lambda: impacts.make_impact().id,
    "run_id": lambda: sources.make_run().id,
    "source_code": lambda: sources.make_run().source_code,
    "verdict_id": lambda: smelter_names.make_verdict("Nordgull Raffineri", "tin").id,
    "candidate_id": lambda: sanctions.make_candidate().id,
    "list_code": lambda: sanctions.CODE,
    "list_run_id": lambda: sanctions.make_list_run().id,
    "award_source": lambda: "ted",
    "facility_id": lambda: "CID000004",
    "scheme_code": lambda: "rmap",
    "rubric_version_id": rubrics.make_rubric_version_id,
    "guest_token": lambda: guests.TOKEN,
    "feed_token": lambda: "nobody-has-this-address",
    "digest_token": lambda: stop_token(UUID(int=1)),
    "event_id": lambda: UUID(int=1),
}
