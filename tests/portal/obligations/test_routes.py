"""A contract's clauses and obligations through the screens: sign, deliver, accept, export, home page."""

import csv
import io
import re
from datetime import date, timedelta

from openpyxl import load_workbook

from portal import db
from portal.clock import today
from tests.factories.clauses import make_definition, make_version
from tests.factories.contracts import make_contract
from tests.factories.obligations import make_obligation

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_from_the_signed_clause_to_the_accepted_report(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        contract = make_contract(owner_id=authority_ids["stavanger"], audience="members", starts_on=date(2025, 1, 1))
        version = make_version(owner_id=authority_ids["oslo"], definition=make_definition("Their report"))
    client = client_for("stavanger-officer")
    address = f"/contracts/{contract.id}/clauses"
    assert address in client.get(f"/contracts/{contract.id}").text
    assert (
        "No clause is chosen." in client.post(address, data={"sign-language": "en", "sign-signed_on": "1.1.2025"}).text
    )
    data = {"sign-version_ids": str(version.id), "sign-language": "en", "sign-signed_on": "01.01.2025"}
    page = client.post(address, data=data, follow_redirects=True).text
    assert "what they ask is worked out" in page
    assert "Their report" in page
    assert "30 Jun 2025" in page
    assert re.search(r"\d overdue", client.get(f"/contracts/{contract.id}").text)

    obligation = re.search(r'href="(/obligations/[0-9a-f-]{36})"', page)
    assert obligation
    assert (
        "Say why." in client.post(f"{obligation[1]}/step", data={"step-kind": "waived", "step-on": "01.06.2025"}).text
    )
    step = {"step-kind": "delivered", "step-on": "30.06.2025"}
    assert client.post(f"{obligation[1]}/step", data=step, follow_redirects=True).text.count("Delivered") >= 1
    file = {"evidence-file": (io.BytesIO(PDF), "report.pdf"), "evidence-note": "The report"}
    assert "report.pdf" in client.post(f"{obligation[1]}/evidence", data=file, follow_redirects=True).text
    step = {"step-kind": "accepted", "step-on": "01.07.2025"}
    assert "Accepted" in client.post(f"{obligation[1]}/step", data=step, follow_redirects=True).text
    assert client.post(f"{obligation[1]}/step", data={**step, "step-kind": "delivered"}).status_code == 400

    reader = client_for("stockholm-reader")
    shared = reader.get(address).text
    assert "Their report" in shared
    assert "30 Jun 2025" not in shared
    assert reader.get(obligation[1]).status_code == 404
    assert client_for("stockholm-officer").post(address, data=data).status_code == 403


def test_the_list_is_narrowed_by_its_address_and_exported(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        owner = authority_ids["stavanger"]
        contract = make_contract(owner_id=owner, number="=1+1")
        make_obligation(owner_id=owner, title="Late report", contract=contract, due_on=today() - timedelta(days=3))
        make_obligation(owner_id=owner, title="Soon report", due_on=today() + timedelta(days=3))
        make_obligation(owner_id=owner, title="Refused report", state="refused", refusal="value_chain_cap")
        make_obligation(owner_id=authority_ids["oslo"], title="Secret report")
    client = client_for("stavanger-officer")

    def titles(query: str) -> set[str]:
        text = client.get(f"/obligations{query}").text
        return {name for name in ("Late", "Soon", "Refused", "Secret") if f"{name} report" in text}

    assert titles("") == {"Late", "Soon", "Refused"}
    assert titles("?due=late") == {"Late"}
    assert titles("?due=soon") == {"Soon"}
    assert titles("?state=refused") == {"Refused"}
    assert titles(f"?contract_id={contract.id}") == {"Late"}
    assert "No obligation fits these filters" in client.get("/obligations?state=waived").text
    rows = list(csv.reader(io.StringIO(client.get("/obligations.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    by_title = {row[1]: row for row in rows}
    assert by_title["Refused report"][4] == "Declined under the value-chain cap"
    assert by_title["Late report"][3] == "Yes"
    assert by_title["Late report"][8] == "'=1+1"
    sheet = load_workbook(io.BytesIO(client.get("/obligations.xlsx?due=late").data))["Obligations"]
    assert [[cell.value for cell in row][1] for row in sheet.iter_rows(min_row=2)] == ["Late report"]
    home = client.get("/").text
    assert "Due: Late report" in home
    assert "Secret report" not in home


def test_options_requests_and_mistakes(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        contract = make_contract(owner_id=authority_ids["stavanger"], ends_on=date(2027, 12, 31))
    client = client_for("stavanger-officer")
    client.post("/clauses/common")
    address = f"/contracts/{contract.id}"
    page = client.get(f"{address}/clauses").text
    chosen = re.search(r'value="([0-9a-f-]{36})"[^>]*><span>C08', page)
    assert chosen
    data = {"sign-version_ids": chosen[1], "sign-language": "ca", "sign-signed_on": "01.01.2026"}
    page = client.post(f"{address}/clauses", data=data, follow_redirects=True).text
    assert "Auditories" in page
    duty = re.search(r'value="([0-9a-f-]{36}:audit)"', page)
    assert duty
    asked = {"ask-duty": duty[1], "ask-on": "01.02.2026"}
    assert "01 Mar 2026" in client.post(f"{address}/obligations", data=asked, follow_redirects=True).text or (
        "1 Mar 2026" in client.get(f"{address}/clauses").text
    )
    assert (
        "before the contract begins"
        in client.post(f"{address}/obligations", data={**asked, "ask-on": "01.02.2025"}).text
    )
    clause = re.search(r'name="contract_clause_id" value="([0-9a-f-]{36})"', page)
    assert clause
    kept = client.post(f"{address}/clauses/remove", data={"contract_clause_id": clause[1]})
    assert kept.status_code == 400
    assert "Something was asked for or delivered" in kept.text
    assert "not after the contract" in client.post(f"{address}/extensions", data={"extension-until": "31.12.2027"}).text
    page = client.post(f"{address}/extensions", data={"extension-until": "31.12.2028"}, follow_redirects=True).text
    option = re.search(r'name="used" value="([0-9a-f-]{36})"', page)
    assert option
    used = client.post(f"{address}/extensions", data={"used": option[1]}, follow_redirects=True).text
    assert "It was not used after all" in used


def test_a_composed_set_is_signed_into_a_contract_after_a_look_at_its_days(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        contract = make_contract(owner_id=authority_ids["stavanger"], audience="members", starts_on=date(2026, 1, 1))
        version = make_version(owner_id=authority_ids["oslo"], definition=make_definition("Their report"))
    client = client_for("stavanger-officer")
    chosen = f"group=computers&chosen=1&clause={version.id}&language=en"
    composed = client.get(f"/clauses/set?{chosen}").text
    assert "Once it is signed" in composed
    assert contract.number in composed
    assert client.get(f"/clauses/set/sign?{chosen}").headers["Location"].startswith("/clauses/set?")
    page = client.get(f"/clauses/set/sign?{chosen}&contract={contract.id}", follow_redirects=True).text
    assert "What the ticked clauses will ask" in page
    assert "30 Jun 2026" in page
    assert re.search(rf'checked[^>]*value="{version.id}"', page)
    assert re.search(r'<option selected value="en"', page)
    assert "No obligation yet" in page  # nothing is saved by looking
    data = {"sign-version_ids": str(version.id), "sign-language": "en", "sign-signed_on": "01.01.2026"}
    assert (
        "what they ask is worked out"
        in client.post(f"/contracts/{contract.id}/clauses", data=data, follow_redirects=True).text
    )
    again = client.get(f"/contracts/{contract.id}/clauses?clause={version.id}").text
    assert "What the ticked clauses will ask" not in again  # the contract has it
    other = client_for("oslo-officer").get(f"/contracts/{contract.id}/clauses?clause={version.id}").text
    assert "What the ticked clauses will ask" not in other
