"""Sanctions lists for tests: a small list by regulation, its run carried out without a worker, and candidates."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.access.actor import system_actor
from portal.db import session
from portal.sanctions.models import ListedParty, SanctionCandidate
from portal.sanctions.reading.eu_regulations import TITLES
from portal.sanctions.services import requests, runs
from portal.sources.models import Source, SyncRun
from portal.sources.rules import Trigger
from tests.factories.registry import make_supplier

CODE = "eu-regulations"
CELEX = "32099R0001"


def entry(number: int, name: str, **cells: str) -> dict[str, str]:
    """One organisation of the invented regulation."""
    return {
        "celex": CELEX,
        "recordId": str(number),
        "programKey": "EU-TEST",
        "annex": "I",
        "measure": "Asset freeze",
        "startDate": "17.3.2025",
        "schema": "LegalEntity",
        "name": name,
        **cells,
    }


def sanctions_file(entries: Iterable[dict[str, str]], titles: Iterable[str] = TITLES) -> bytes:
    """The list as CSV."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(titles), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(entries)
    return buffer.getvalue().encode()


def read_list(content: bytes, as_of: date, *, code: str = CODE, filename: str = "list.csv") -> SyncRun:
    """The run of a list, carried out; within the caller's transaction."""
    actor = system_actor("test")
    run = requests.add_file_run(actor, code, content=content, filename=filename, as_of=as_of, trigger=Trigger.UPLOAD)
    runs.execute(actor, run.id)
    return run


def make_list_run(**values: Any) -> SyncRun:
    """An applied run of a sanctions list without entries; flushed."""
    if session.get(Source, CODE) is None:
        session.add(Source(code=CODE))
        session.flush()
    run = SyncRun(**{"source_code": CODE, "state": "applied", "trigger": "upload", "as_of": date(2026, 9, 1), **values})
    session.add(run)
    session.flush()
    return run


def make_party(name: str = "Halden Mining Trust", ref: str = "1", **content: Any) -> ListedParty:
    """A listed organisation; flushed."""
    found = session.scalar(select(ListedParty).where(ListedParty.ref == ref))
    if found:
        return found
    party = ListedParty(
        source_code=CODE,
        part=CELEX,
        ref=ref,
        name=name,
        content={"part": CELEX, "ref": ref, "names": [[name, "name"]], **content},
        run_id=make_list_run().id,
    )
    session.add(party)
    session.flush()
    return party


def make_candidate(**values: Any) -> SanctionCandidate:
    """A candidate, of a new supplier where no subject is given; flushed."""
    if not {"supplier_id", "facility_id", "declared_name"} & values.keys():
        values["supplier_id"] = make_supplier("Halden Mining Trust AB", "SE").id
    candidate = SanctionCandidate(
        **{
            "party_id": make_party().id,
            "state": "open",
            "score": 0.95,
            "name": "Halden Mining Trust AB",
            "listed_name": "Halden Mining Trust",
            "evidence": [{"code": "same_core", "supports": True, "params": {"name": "Halden Mining Trust AB"}}],
            **values,
        }
    )
    session.add(candidate)
    session.flush()
    return candidate
