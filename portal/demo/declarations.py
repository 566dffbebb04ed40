"""The demo's declarations: what two invented companies say of invented smelters, checked like any other.

One has last year's beside it to be compared with, one contradicts itself, and two names wait in the queue.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from portal import db
from portal.access.actor import system_actor
from portal.access.audience import Audience
from portal.clock import today
from portal.declarations.naming.services import note_known_names
from portal.declarations.services import add_declaration, read_declaration
from portal.demo.network import acting_for
from portal.demo.workbooks import REVISION, Claim, Facility, workbook
from portal.minerals.matching.lists import ListedName
from portal.minerals.services import load_lookup
from portal.sources.catalogue import RMAP
from portal.sources.rules import Trigger
from portal.sources.services import requests, runs

NORRSKEN = Facility("CID900101", "Gold", "Norrsken Gold Refining", "SWEDEN")
FJELLGULL = Facility("CID900102", "Gold", "Fjellgull Raffineri", "NORWAY")
DELTA = Facility("CID900103", "Gold", "Aurum Delta Works", "UNITED ARAB EMIRATES")
BAHIA = Facility("CID900111", "Tin", "Bahia Tin Smelter", "BRAZIL")
SELAT = Facility("CID900112", "Tin", "Selat Tin Works", "INDONESIA")
KASKAD = Facility("CID900121", "Tantalum", "Kaskad Tantalum", "KAZAKHSTAN")
VALE = Facility("CID900131", "Tungsten", "Wolfram Vale", "AUSTRIA")
FACILITIES = (NORRSKEN, FJELLGULL, DELTA, BAHIA, SELAT, KASKAD, VALE)

# An invented list of assurance, a year ago and now: status then, status now, days since the audit. One is on no list.
ASSURED = (
    (NORRSKEN, "Conformant", "Conformant", 120),
    (FJELLGULL, "Active", "Active", 60),
    (BAHIA, "Conformant", "Conformant", 300),
    (SELAT, "Conformant", "Conformant", 500),
    (KASKAD, "Conformant", "Conformant", 200),
    (VALE, "Conformant", "Active", 30),
)
A_YEAR = 450  # days: the first list is older than the first declaration


def seed(suppliers: Mapping[str, UUID]) -> None:
    """Add them as the officers would, after the lists that they are checked against."""
    _lists()
    this_year = Claim(
        "Halden Computing AB",
        today() - timedelta(days=40),
        [NORRSKEN, BAHIA, KASKAD, VALE, ("Gold", "Fjellgull Raffineri", "NORWAY"), ("Gold", "Aurum Delta", "")],
        [one for one in FACILITIES if one is not FJELLGULL],  # its workbook is older than our list
        {},
    )
    last_year = replace(
        this_year,
        effective=today() - timedelta(days=400),
        rows=[NORRSKEN, SELAT, KASKAD, VALE],
        answers={"Q6": "Greater than 50%", "E": "Yes, in conformance with IPC1755 (e.g., CMRT)"},
    )
    contradicting = Claim(
        "Nordvik Displays AS",
        today() - timedelta(days=15),
        [NORRSKEN, DELTA, SELAT, ("Tin",)],
        FACILITIES,
        {"Q3": "No", "Q4": "Yes", "Q6": "50% or less"},
    )
    for slug, supplier, claim, days_ago in (
        ("stockholm", "halden", last_year, 380),
        ("stockholm", "halden", this_year, 25),
        ("stavanger", "nordvik", contradicting, 8),
    ):
        _add(slug, suppliers[supplier], claim, today() - timedelta(days=days_ago))


def _lists() -> None:
    actor = system_actor("demo")
    db.set_scope(authority_id=None, system=True)
    names = [ListedName(one.metal, one.name, one.cid, one.name, one.country) for one in FACILITIES]
    with db.transaction():
        load_lookup(actor, "CMRT", REVISION, names)
    for days_ago in (A_YEAR, 3):
        with db.transaction():
            run = requests.add_file_run(
                actor,
                RMAP.code,
                content=_assured(days_ago),
                filename="invented-facilities.csv",
                as_of=today() - timedelta(days=days_ago),
                trigger=Trigger.UPLOAD,
            )
            runs.execute(actor, run.id, lambda _done, _total: None)


def _assured(days_ago: int) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(RMAP.columns.titles)
    for one, then, now, audited in ASSURED:
        status, day = (then, audited + A_YEAR) if days_ago == A_YEAR else (now, audited)
        audit_date = today() - timedelta(days=day)
        rows.writerow((one.cid, one.metal, one.name, one.country, status, audit_date.isoformat(), "1 year", ""))
    return text.getvalue().encode()


def _add(slug: str, supplier_id: UUID, claim: Claim, received_on: date) -> None:
    content, filename = workbook(claim), f"{claim.company} {claim.effective}.xlsx"
    with acting_for(slug):
        report = read_declaration(content, filename)
    with acting_for(slug) as actor:
        declaration = add_declaration(
            actor,
            supplier_id,
            content=content,
            filename=filename,
            report=report,
            received_on=received_on,
            audience=Audience.MEMBERS,
            named_ids=[],
        )
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        note_known_names(declaration.id)
