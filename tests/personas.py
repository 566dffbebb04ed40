"""The people of the tests: role titles in four authorities, one operator, and a visitor who is not signed in."""

from dataclasses import dataclass

from portal.access.actor import Role


@dataclass(frozen=True)
class Persona:
    """One person: `slug` of the authority (None for operators) and the role held in it."""

    name: str
    slug: str | None
    role: Role

    @property
    def email(self) -> str:
        """The address this person signs in with."""
        return f"{self.name}@example.org"


AUTHORITIES = {
    "stockholm": ("STO", "Region Stockholm", "SE", "sv", "Europe/Stockholm"),
    "stavanger": ("SVG", "City of Stavanger", "NO", "nb", "Europe/Oslo"),
    "barcelona": ("BCN", "Barcelona City Council", "ES", "ca", "Europe/Madrid"),
    "oslo": ("OSL", "City of Oslo", "NO", "nb", "Europe/Oslo"),
}

PERSONAS = {
    persona.name: persona
    for persona in [
        Persona("stockholm-reader", "stockholm", Role.READER),
        Persona("stockholm-officer", "stockholm", Role.OFFICER),
        Persona("stockholm-coordinator", "stockholm", Role.COORDINATOR),
        Persona("stavanger-officer", "stavanger", Role.OFFICER),
        Persona("barcelona-officer", "barcelona", Role.OFFICER),
        Persona("oslo-officer", "oslo", Role.OFFICER),
        Persona("operator", None, Role.OPERATOR),
    ]
}

PASSWORD = "correct horse battery"
