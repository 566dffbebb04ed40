"""What no field can hold is refused at the door, in words."""

import pytest


@pytest.mark.parametrize("address", ["/contracts?product_group=a%00b", "/journal?after=%00"])
def test_a_nul_in_the_address(client_for, address) -> None:
    page = client_for("stockholm-coordinator").get(address)
    assert page.status_code == 400
    assert "cannot be kept" in page.text


def test_a_nul_in_a_form(client_for) -> None:
    page = client_for("stockholm-officer").post("/inbox/read", data={"next": "a\x00b"})
    assert page.status_code == 400
    assert "cannot be kept" in page.text
