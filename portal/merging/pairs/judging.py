"""What the matcher says of two suppliers of the registry, and how its reasons are kept with the pair."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from portal.registry.identifiers import Identifier, embedded
from portal.registry.matching.compare import compare
from portal.registry.matching.profile import Evidence, Profile, Verdict


def judge(one: Profile, other: Profile) -> Verdict:
    """The verdict on two records. A number never stands on two, but inside the other one's VAT number it may."""
    shared = numbers(one) & numbers(other)
    return compare(
        replace(one, identifiers=one.identifiers | shared), replace(other, identifiers=other.identifiers | shared)
    )


def numbers(profile: Profile) -> frozenset[Identifier]:
    """The numbers of a company with the national ones that its VAT numbers contain."""
    return profile.identifiers | {inner for one in profile.identifiers if (inner := embedded(one))}


def kept(verdict: Verdict) -> dict[str, Any]:
    """The columns of a pair that hold the verdict."""
    reasons = [{"code": one.code, "supports": one.supports, "params": dict(one.params)} for one in verdict.evidence]
    return {"score": verdict.score, "decision": verdict.decision, "reasons": reasons}


def evidence(reasons: Iterable[Mapping[str, Any]], *, supports: bool) -> list[Evidence]:
    """The kept reasons for or against, the weightiest first."""
    return [Evidence(one["code"], supports, one["params"]) for one in reasons if one["supports"] is supports]
