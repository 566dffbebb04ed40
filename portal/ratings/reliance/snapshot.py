"""An assessment as plain values: what a decision on it rests on, kept when the assessment is long changed or hidden."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from portal.assessments.scoring import Scores
from portal.evidence.models import EvidenceItem
from portal.ratings.models import RatedAnswer, RatedAssessment
from portal.ratings.reliance.rules import Gate
from portal.ratings.reliance.wording import stored


def taken(
    rating: RatedAssessment, scores: Scores, files: Mapping[str, Sequence[EvidenceItem]], gate: Gate
) -> dict[str, Any]:
    """The assessment with version, answers, scores and hashes of its evidence, and what the gate said of it.

    Codes, numbers, texts of answers and ISO days: the rubric's questions are found by `rubric_version_id`, since a
    published version never changes. Authorities are named by their ids, people not at all.
    """
    assert rating.published_at is not None  # only what is published is decided on
    return {
        "rubric": rating.rubric_version.name,
        "rubric_version_id": str(rating.rubric_version_id),
        "rubric_digest": rating.rubric_version.digest,
        "author_id": str(rating.owner_id),
        "published_at": rating.published_at.isoformat(),
        "as_of": rating.as_of.isoformat(),
        "product_group": rating.product_group,
        "site_ids": [str(one) for one in rating.site_ids],
        "method": rating.method,
        "clause_basis": rating.clause_basis,
        "open_critical": rating.open_critical,
        "smelter_list_missing": rating.smelter_list_missing,
        "overall": _number(scores.overall),
        "confidence": scores.confidence,
        "steps": [
            {
                "step": int(one.step),
                "score": _number(one.score),
                "confidence": one.confidence,
                "gates": [gate.value for gate in one.gates],
            }
            for one in scores.steps
        ],
        "answers": [_answer(answer, files.get(answer.code, ())) for answer in rating.answers],
        "gate": stored(gate),
    }


def content(snapshot: Mapping[str, Any]) -> bytes:
    """A snapshot as a file of JSON, the same for the same values in whatever order they come back."""
    return json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()


def digest(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of that file, so that anybody can check what was kept."""
    return hashlib.sha256(content(snapshot)).hexdigest()


def _answer(answer: RatedAnswer, files: Sequence[EvidenceItem]) -> dict[str, Any]:
    names = ("code", "value", "score", "grade", "note", "not_applicable", "reason", "listing")
    kept: dict[str, Any] = {name: getattr(answer, name) for name in names}
    return {**kept, "evidence": [{"filename": one.filename, "sha256": one.sha256} for one in files]}


def _number(value: object) -> str | None:
    """Scores as text: a decimal that JSON would read as a float is not the same value."""
    return None if value is None else str(value)
