"""`portal suppliers lei LEI`: one LEI record, asked for like on the screen: the worker fetches it."""

import json
import time
from typing import Any

import click

from portal import db
from portal.access.actor import Actor
from portal.commands import acting
from portal.db import transaction
from portal.errors import Conflict
from portal.registry.gleif import labels, queries, services
from portal.registry.gleif.models import LeiRecord
from portal.registry.gleif.parse import LeiData
from portal.registry.gleif.rules import Problem
from portal.registry.identifiers import check

LOOK_AGAIN = 0.3  # seconds between two looks for the worker's answer
FOUND, NOT_FOUND, NOT_DONE = 0, 1, 2


@click.command()
@click.argument("lei")
@click.option("--refresh", is_flag=True, help="Ask GLEIF even if the record is known.")
@click.option("--wait", type=click.FloatRange(0, 600), default=60, show_default=True, help="Seconds for the worker.")
@click.option("--json", "as_json", is_flag=True, help="The record as JSON.")
def lei(lei: str, refresh: bool, wait: float, as_json: bool) -> None:
    """Show GLEIF's record of LEI; one that is not known yet is fetched by the worker of a running `make run`.

    Exit 0: there is a record, 1: GLEIF knows no such LEI, 2: could not look.
    """
    with acting() as actor:
        number = check("lei", lei).value
        record = queries.get_record(number)
        if refresh or record is None or record.data is None:
            record = _ask(actor, number, wait)
        result = _result(number, record)
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _text(result))
    if result["problem"] is None:
        raise SystemExit(FOUND)
    raise SystemExit(NOT_FOUND if result["problem"]["code"] == Problem.NOT_FOUND else NOT_DONE)


def _ask(actor: Actor, number: str, wait: float) -> LeiRecord | None:
    """The record after the worker's answer; None when it gave none in time."""
    try:
        with transaction():
            services.request_record(actor, number)
    except Conflict:
        record = queries.get_record(number)
        if record is None or not record.under_way:
            raise  # switched off; otherwise somebody asked a moment ago, and the answer is ours, too
    end = time.monotonic() + wait
    while True:
        db.session.rollback()
        record = queries.get_record(number)
        if record is not None and not record.under_way:
            return record
        if time.monotonic() >= end:
            return None
        time.sleep(LOOK_AGAIN)


def _result(number: str, record: LeiRecord | None) -> dict[str, Any]:
    data = LeiData.model_validate(record.data) if record and record.data else None
    problem = None
    if record is None:
        message, remedy = "No worker answered in time.", "Is `make run` running? Try again with a longer --wait."
        problem = {"code": "no_worker", "message": message, "remedy": remedy}
    elif record.problem:
        message, remedy = labels.problem_text(record.problem, record.problem_params)
        problem = {"code": record.problem, "message": message, "remedy": remedy}
    return {
        "lei": number,
        "fetched_at": record.fetched_at.isoformat() if record and record.fetched_at else None,
        "published_on": record.published_on.isoformat() if record and record.published_on else None,
        "problem": problem,
        "record": data.model_dump(mode="json") if data else None,
    }


def _text(result: dict[str, Any]) -> str:
    lines = []
    if result["problem"]:
        lines.append(f"{result['problem']['message']} {result['problem']['remedy']}")
    if result["record"]:
        data = LeiData.model_validate(result["record"])
        _color, word, meaning = labels.registration(data)
        lines += [
            f"{data.legal_name}  {data.country or 'country not known'}  LEI {data.lei}",
            f"    company: {labels.entity_status(data)}; LEI: {word}{'. ' + meaning if meaning else ''}",
            f"    address: {data.address}",
        ]
        lines += [f"    {one.type}: {one.name}" for one in data.other_names]
        lines += [f"    successor: {one.name}  LEI {one.lei}" for one in data.successors]
        for which, parent, reason in (
            ("parent", data.direct_parent, data.direct_exception),
            ("ultimate parent", data.ultimate_parent, data.ultimate_exception),
        ):
            if parent or reason:
                said = f"{parent.name}  LEI {parent.lei}" if parent else labels.exception_text(reason or "")
                lines.append(f"    {which}: {said}")
        lines.append(f"    fetched {result['fetched_at']}")
    return "\n".join(lines)
