"""The pages of the clause library, from the common proposals to a city's own version, through the screens."""

import re

from portal import db
from portal.clauses import queries
from portal.clauses.duties import Duty, Kind
from tests.factories.clauses import make_definition, make_version

FORM = {
    "code": "m-04",
    "step": "2",
    "minerals": ["tin"],
    "en-title": "Yearly report",
    "en-wording": "The supplier reports each year.",
    "sv-title": "Årlig rapport",
    "sv-wording": "Leverantören rapporterar varje år.",
    "duties-0-what": "The report",
    "duties-0-kind": "recurring",
    "duties-0-day": "30.06.",
    "duties-1-kind": "once",
    "language": "en",
}


def test_take_the_common_clauses_and_read_one_in_another_language(client_for) -> None:
    client = client_for("stavanger-officer")
    assert "There are new common clauses" in client.get("/clauses").text
    page = client.post("/clauses/common", follow_redirects=True).text
    assert "The common clauses are in the library." in page
    assert "There are new common clauses" not in page
    assert "Each year by June 30" in page or "Each year by 30 June" in page
    address = re.search(r'href="(/clauses/[0-9a-f-]{36})">C02', page)
    assert address
    clause = client.get(address[1]).text
    assert "proposals of the field" in clause
    assert "60 days after the start" in clause
    swedish = client.get(f"{address[1]}?language=sv").text
    assert "Årlig mineraldeklaration" in swedish
    assert 'lang="sv"' in swedish


def test_write_publish_and_withdraw_a_clause(client_for, acting) -> None:
    client = client_for("stavanger-officer")
    assert 'name="duties-1-what"' in client.get("/clauses/new").text
    wrong = client.post("/clauses/new", data={**FORM, "duties-0-day": "", "en-title": "", "sv-title": ""})
    assert wrong.status_code == 200
    assert "no language in which both title and wording" in wrong.text
    assert 'value="The report"' in wrong.text
    rhythm = client.post("/clauses/new", data={**FORM, "duties-0-day": ""})
    assert "Deadline 1: Say every how many months it recurs" in rhythm.text
    saved = client.post("/clauses/new", data=FORM)
    assert saved.status_code == 302
    page = client.get(saved.location).text
    assert "M-04 Yearly report" in page
    assert "Draft" in page
    again = client.post("/clauses/new", data=FORM)
    assert "has a clause with this code already" in again.text

    address = saved.location.split("?")[0]
    assert "All members see it." in client.post(f"{address}/publish", follow_redirects=True).text
    other = client_for("oslo-officer")
    assert "Yearly report" in other.get("/clauses").text
    assert other.get(f"{address}/draft").status_code == 403

    next_version = {**FORM, "en-wording": "The supplier reports twice a year.", "language": "en"}
    drafted = client.post(f"{address}/draft", data=next_version, follow_redirects=True).text
    assert "What changed from version 1" in drafted
    link = re.search(r'href="(/clauses/compare\?[^"]+)">What changed', drafted)
    assert link
    compared = client.get(link[1].replace("&amp;", "&")).text
    assert re.search(r"<del>.*each.*</del><ins>.*twice a.*</ins>", compared)
    assert "deleted:" in compared
    assert "twice" not in other.get(address).text
    assert client.post(f"{address}/discard").location == address  # only with the button
    assert (
        "The draft is discarded." in client.post(f"{address}/discard", data={"sure": "1"}, follow_redirects=True).text
    )
    assert "twice" not in client.get(address).text

    reason = {"reason": "A court found it unlawful."}
    withdrawn = client.post(f"{address}/withdraw?number=1", data=reason, follow_redirects=True).text
    assert "Version 1 is withdrawn." in withdrawn
    assert "A court found it unlawful." in other.get(address).text
    assert client.post(f"{address}/withdraw?number=1", data=reason).status_code == 409


def test_a_deadline_keeps_its_other_languages_where_its_words_stay(client_for, acting, authority_ids) -> None:
    acting("system")
    duties = (
        Duty("report", Kind.RECURRING, {"en": "Report", "sv": "Rapport"}, day="06-30", days=60),
        Duty("list", Kind.ONCE, {"en": "List", "sv": "Lista"}, days=90),
    )
    with db.transaction():
        version = make_version(owner_id=authority_ids["stavanger"], definition=make_definition(duties=duties))
    client = client_for("stavanger-officer")
    address = f"/clauses/{version.clause_id}/draft"
    form = client.get(address).text
    assert 'value="30.06"' in form
    data = {"en-title": "Report", "en-wording": "The supplier reports.", "step": "5", "language": "en"}
    rows = [("report", "Report", "recurring"), ("list", "Full list", "once"), ("", "Notice", "on_event")]
    for place, (code, what, kind) in enumerate(rows):
        data |= {f"duties-{place}-code": code, f"duties-{place}-what": what, f"duties-{place}-kind": kind}
    data |= {"duties-0-day": "30.06", "duties-0-days": "60", "duties-1-days": "90", "duties-2-days": "5"}
    saved = client.post(address, data={**data, "duties-2-working": "y"})
    assert saved.status_code == 302, saved.text
    actor = acting("stavanger-officer")
    draft = queries.versions_of(actor, version.clause_id)[0]
    assert draft.definition.duties == (
        duties[0],
        Duty("list", Kind.ONCE, {"en": "Full list"}, days=90),
        Duty("d1", Kind.ON_EVENT, {"en": "Notice"}, days=5, working=True),
    )
    late = client.post(address, data={**data, "version": "7"})
    assert late.status_code == 409
    assert "A colleague has changed the draft meanwhile" in late.text


def test_begin_with_the_words_of_another_clause(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        version = make_version(owner_id=authority_ids["oslo"], definition=make_definition("Their title"))
        hidden = make_version(owner_id=authority_ids["oslo"], state="draft")
    client = client_for("stavanger-officer")
    assert 'value="Their title"' in client.get(f"/clauses/new?start={version.id}").text
    assert client.get(f"/clauses/new?start={hidden.id}").status_code == 404
    assert client.get(f"/clauses/compare?first={version.id}&second={hidden.id}").status_code == 404


def test_judge_how_two_clauses_compare(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        mine = make_version(owner_id=authority_ids["stavanger"], definition=make_definition("Ours", "28 days"))
        theirs = make_version(owner_id=authority_ids["oslo"], definition=make_definition("Theirs", "30 days"))
    address = f"/clauses/compare?first={mine.id}&second={theirs.id}"
    client = client_for("stavanger-officer")
    assert "Say why." in client.post(address, data={"verdict": "stricter", "why": " "}).text
    page = client.post(address, data={"verdict": "stricter", "why": "28 days, not 30"}, follow_redirects=True).text
    assert "Your judgement is saved." in page
    client_for("oslo-officer").post(address, data={"verdict": "equal", "why": "Two days are nothing"})
    both = client_for("stockholm-reader").get(address).text
    assert "Stricter: it asks more" in both
    assert "Equal: it asks as much" in both
    assert "Looser: it asks less" in client.get(f"/clauses/{theirs.clause_id}").text


def test_note_a_ruling(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        version = make_version(owner_id=authority_ids["oslo"])
    client = client_for("stavanger-officer")
    data = {"kind": "ruling", "happened": "2021-13", "text": "Two of four criteria were unlawful", "source": "KOFA"}
    address = f"/clauses/{version.clause_id}/experience"
    assert "“2021-13” is not a date of the past." in client.post(address, data=data).text
    page = client.post(address, data={**data, "happened": "2021-05"}, follow_redirects=True).text
    assert "Ruling, 2021-05" in page
    assert "Source: KOFA" in page
