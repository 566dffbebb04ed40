"""An authority's own numbers: deliveries in time, and what reuse spares. Nobody else's are in them."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from portal import db
from portal.clock import today
from portal.declarations.reuse.models import DeclarationReliance
from portal.insights.ours import Ours, Reused, ours
from portal.insights.rules import Promptness, promptness_of
from portal.obligations.queries import visible_obligations
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.obligations import make_obligation
from tests.factories.ratings import make_decision_against, make_rating, make_reliance

DAY = timedelta(days=1)
NOTHING = Reused(0, 0, 0, 0, 0)


def test_deliveries_by_hand(acting, authority_ids) -> None:
    acting("system")
    due, stockholm = today() - 10 * DAY, authority_ids["stockholm"]
    with db.transaction():
        contract = make_contract(owner_id=stockholm)
        each: tuple[dict[str, Any], ...] = (
            {"state": "accepted", "delivered_on": due},
            {"state": "delivered", "delivered_on": due + DAY},
            {"state": "open"},
            {"state": "refused", "refusal": "value_chain_cap"},
            {"state": "waived"},
            {"state": "open", "due_on": today()},
        )
        for number, values in enumerate(each):
            make_obligation(owner_id=stockholm, contract=contract, **{"due_on": due, "occurrence": number, **values})
        make_obligation(owner_id=authority_ids["oslo"], due_on=due)
    found = ours(acting("stockholm-officer"))
    assert found.obligations == dict.fromkeys(Promptness, 1)
    assert found.on_time == 25
    assert found.reused == NOTHING
    assert ours(acting("barcelona-officer")) == Ours({}, NOTHING)
    assert ours(acting("barcelona-officer")).on_time is None


def test_sql_counts_as_python_does(acting, authority_ids) -> None:
    rng = random.Random(7)
    acting("system")
    stockholm = authority_ids["stockholm"]
    with db.transaction():
        contract = make_contract(owner_id=stockholm)
        for number in range(60):
            state = rng.choice(("open", "delivered", "accepted", "refused", "waived"))
            due_on = today() + rng.randint(-20, 20) * DAY
            values: dict[str, Any] = {"due_on": due_on, "occurrence": number, "state": state}
            if state in ("delivered", "accepted"):
                values["delivered_on"] = due_on + rng.randint(-5, 5) * DAY
            if state == "refused":
                values["refusal"] = "other"
            make_obligation(owner_id=stockholm, contract=contract, **values)
    me = acting("stockholm-officer")
    expected = Counter(
        promptness_of(one.state, one.due_on, one.delivered_on, today())
        for one in db.session.scalars(visible_obligations(me))
        if one.state != "waived"
    )
    assert ours(me).obligations == expected


def test_reuse_both_ways_and_only_while_it_lasts(acting, authority_ids, client_for) -> None:
    stockholm, oslo = authority_ids["stockholm"], authority_ids["oslo"]
    acting("system")
    with db.transaction():
        rating = make_rating(owner_id=stockholm, state="published", audience="members")
        questions = len(make_reliance(owner_id=oslo, rating=rating).snapshot["answers"])
        make_decision_against(owner_id=oslo)
        for ended_on in (None, today()):
            one = make_declaration(owner_id=stockholm, audience="members")
            db.session.add(
                DeclarationReliance(
                    owner_id=oslo,
                    source_id=stockholm,
                    declaration_id=one.id,
                    supplier_id=one.supplier_id,
                    since=today(),
                    seen={},
                    ended_on=ended_on,
                )
            )
    assert ours(acting("oslo-officer")).reused == Reused(1, 1, questions, 0, 0)
    assert ours(acting("stockholm-officer")).reused == Reused(0, 0, 0, 1, 1)
    assert ours(acting("barcelona-officer")).reused == NOTHING
    client = client_for("oslo-officer")
    assert "Work that reuse spares" in client.get("/insights").text
    for other in ("scope=members", "authority=STO"):
        assert "Work that reuse spares" not in client.get(f"/insights?{other}").text
    assert client.get("/insights.xlsx").status_code == client.get("/insights.pdf").status_code == 200
