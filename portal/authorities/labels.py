"""What the roles may do, in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.access.actor import Role

ROLE_WORDS = {
    Role.READER: _l("Read what is shared with the authority"),
    Role.OFFICER: _l("Read, and write and share for the authority"),
    Role.COORDINATOR: _l("Read, write and share for the authority, and read its journal"),
    Role.OPERATOR: _l("Run the sources and the registry for the network, without seeing what authorities share"),
}
