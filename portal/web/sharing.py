"""Who sees a record, in words: for messages after saving (the sentence beside the control) and for exports."""

from collections.abc import Sequence

from flask import get_template_attribute
from flask_babel import lazy_gettext as _l

from portal.access.audience import Audience

AUDIENCES = {
    Audience.OWNER: _l("Only the owner"),
    Audience.NAMED: _l("Named authorities"),
    Audience.MEMBERS: _l("All members"),
}


def who_sees(audience: str, owner: str, named: Sequence[str]) -> str:
    """“People in City of Stavanger and Region Stockholm will see this.”; takes the names of authorities."""
    sentence = get_template_attribute("components/basic.html", "who_sees")
    return str(sentence(audience, owner, named)).strip()
