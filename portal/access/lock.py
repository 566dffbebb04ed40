"""What somebody who evaluates bids does not see: the follow-up data of bidders, for their equal treatment.

The lock is held by the database alone (migration 0046): each transaction says it with the actor's authority.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Lock:
    """The suppliers whose follow-up data is locked: those named, or all but those named."""

    suppliers: frozenset[UUID] = frozenset()
    all_but: bool = False

    def covers(self, supplier_id: UUID) -> bool:
        """Whether this supplier's follow-up data is locked."""
        return (supplier_id in self.suppliers) is not self.all_but

    def __bool__(self) -> bool:
        return self.all_but or bool(self.suppliers)

    @property
    def setting(self) -> str:
        """As row-level security reads it (app_locked): `=` and the ids, or `!` and the ids that are not locked."""
        return ("!" if self.all_but else "=") + "{" + ",".join(sorted(map(str, self.suppliers))) + "}"

    @classmethod
    def read(cls, setting: str | None) -> "Lock | None":
        """What the database says of a person (evaluator_lock); None where the person evaluates nothing now."""
        if setting is None:
            return None
        ids = setting[1:].strip("{}")
        return cls(frozenset(UUID(one) for one in ids.split(",") if one), setting.startswith("!"))
