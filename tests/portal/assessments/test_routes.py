"""Assessments through the screens: written by their owner, side by side, never averaged, nothing lost."""

import csv
import io
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.assessments.models import SupplierAssessment
from portal.assessments.queries import latest_by_supplier, profile
from portal.outbox.models import OutboxEvent
from tests.factories.assessments import make_assessment
from tests.factories.registry import make_supplier


def form(**values: str) -> dict[str, str]:
    fields = {"as_of": "12.3.2026", "product_group": "computers", "method": "Documents read", "audience": "members"}
    for step in range(1, 6):
        fields |= {f"answer_{step}": "met", f"grade_{step}": "E2", f"note_{step}": ""}
    return fields | values


@pytest.fixture
def supplier_id(acting) -> UUID:
    acting("system")
    with db.transaction():
        return make_supplier().id


def test_add_share_and_read(client_for, acting, supplier_id) -> None:
    client = client_for("stockholm-officer")
    page = client.post(
        f"/suppliers/{supplier_id}/assessments/new",
        data=form(answer_4="not_assessed", grade_4="E0", note_2="187 smelters traced"),
        follow_redirects=True,
    )
    assert "The assessment is saved." in page.text
    assert "187 smelters traced" in page.text
    assert "Reuse with a check" in page.text
    acting("system")
    assert db.session.scalars(select(OutboxEvent.name)).all() == ["assessment.shared"]
    assert "187 smelters traced" in client_for("oslo-officer").get(page.request.path).text


def test_a_private_one_tells_nobody(client_for, acting, supplier_id) -> None:
    client_for("stockholm-officer").post(f"/suppliers/{supplier_id}/assessments/new", data=form(audience="owner"))
    acting("system")
    assert db.session.scalars(select(OutboxEvent.name)).all() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"grade_3": "E1"}, "“Met” needs a document"),
        ({"answer_1": "partly", "grade_1": "E0"}, "at least the supplier’s own statement"),
        ({"as_of": "1.1.2099"}, "lies in the future"),
        ({"audience": "named"}, "Choose at least one authority"),
    ],
)
def test_what_cannot_stand_is_told_and_nothing_is_saved(client_for, acting, supplier_id, values, words) -> None:
    page = client_for("stockholm-officer").post(f"/suppliers/{supplier_id}/assessments/new", data=form(**values))
    assert words in page.text
    acting("system")
    assert db.session.scalars(select(SupplierAssessment)).all() == []


def test_the_second_of_two_editors_sees_what_the_first_saved(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        assessment = make_assessment(owner_id=authority_ids["stockholm"])
    client = client_for("stockholm-officer")
    address = f"/assessments/{assessment.id}/edit"
    assert client.post(address, data=form(version="1", note_1="by the first")).status_code == 302
    late = client.post(address, data=form(version="1", note_1="by the second"))
    assert late.status_code == 409
    assert "by the first" in late.text
    assert "by the second" in late.text
    assert client.post(address, data=form(version="2", note_1="by the second")).status_code == 302


def test_two_editors_lose_nothing_of_either(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        assessment = make_assessment(owner_id=authority_ids["stockholm"])
    client = client_for("stockholm-officer")
    address = f"/assessments/{assessment.id}/edit"
    client.post(address, data=form(version="1", method="Site visit", product_group="medical"))
    late = client.post(address, data=form(version="1", method="Interview", audience="owner", grade_5="E3"))
    assert late.status_code == 409
    for words in (
        "Site visit",
        "Interview",
        "Medical ICT",
        "Verified by somebody independent",
        "Only us",
        "All members",
    ):
        assert words in late.text, words
    assert 'name="version" type="hidden" value="2"' in late.text
    assert 'value="Interview"' in late.text, "the form keeps what the second editor wrote"


def test_errors_name_their_step_and_lead_to_the_field(client_for, supplier_id) -> None:
    page = client_for("stockholm-officer").post(f"/suppliers/{supplier_id}/assessments/new", data=form(grade_3="E1"))
    assert '<a href="#grade_3">3. Respond to risks: Evidence: “Met” needs a document' in page.text


def test_saving_repeats_who_sees_it(client_for, supplier_id, authority_ids) -> None:
    named = form(audience="named") | {"named_ids": str(authority_ids["oslo"])}
    page = client_for("stockholm-officer").post(
        f"/suppliers/{supplier_id}/assessments/new", data=named, follow_redirects=True
    )
    assert page.text.count("People in Region Stockholm and City of Oslo will see this.") == 2
    assert client_for("stavanger-officer").get(page.request.path).status_code == 404
    assert client_for("stavanger-officer").get(f"{page.request.path}/edit").status_code == 404
    assert client_for("oslo-officer").get(f"{page.request.path}/edit").status_code == 403


def test_the_list_and_its_file_keep_the_same_filters_and_audience(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        halden, nordvik = make_supplier(), make_supplier("Nordvik Displays AS", "NO")
        make_assessment(owner_id=authority_ids["oslo"], audience="members", supplier_id=halden.id)
        make_assessment(
            owner_id=authority_ids["stavanger"], supplier_id=nordvik.id, product_group="medical", method="=1+1"
        )
    client = client_for("stavanger-officer")
    for query, found, missing in [
        (f"authority={authority_ids['stavanger']}", "Nordvik", "Halden"),
        ("supplier=halden", "Halden", "Nordvik"),
        (f"supplier_id={nordvik.id}", "Nordvik", "Halden"),
        ("product_group=medical", "Nordvik", "Halden"),
    ]:
        table = client.get(f"/assessments?{query}").text.split("<tbody>")[1]
        file = client.get(f"/assessments.csv?{query}").text
        assert found in table, query
        assert missing not in table, query
        assert found in file, query
        assert missing not in file, query
    assert "No assessment fits these filters" in client.get("/assessments?supplier=nobody").text
    header, *rows = csv.reader(io.StringIO(client.get("/assessments.csv").text.lstrip("\ufeff")))
    assert len(rows) == 10
    assert all(len(row) == len(header) for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any("'=1+1" in row for row in rows)
    stranger = client_for("barcelona-officer").get("/assessments.csv").text
    assert "Halden" in stranger
    assert "Nordvik" not in stranger


def test_profiles_stand_side_by_side_as_far_as_shared(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        for slug, audience in (("stockholm", "members"), ("barcelona", "owner"), ("oslo", "members")):
            make_assessment(owner_id=authority_ids[slug], audience=audience, supplier_id=supplier.id)
    actor = acting("stavanger-officer")
    columns = profile(actor, supplier.id)
    assert {column.owner_id for column in columns} == {authority_ids["stockholm"], authority_ids["oslo"]}
    assert all(len(column.steps) == 5 for column in columns)
    assert set(latest_by_supplier(actor, [supplier.id])) == {supplier.id}
