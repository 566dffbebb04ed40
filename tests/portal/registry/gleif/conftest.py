"""A supplier with a LEI, of which GLEIF says this and that."""

import pytest

from portal import db
from portal.registry.identifiers import Identifier
from portal.registry.models import Supplier
from tests.factories.registry import make_supplier
from tests.gleif import HALDEN


@pytest.fixture
def halden(acting) -> Supplier:
    acting("system")
    with db.transaction():
        return make_supplier("Halden Computing AB", identifiers=(Identifier("lei", HALDEN),))
