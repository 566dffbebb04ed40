"""What can go wrong in the domain, in words for people; no HTTP in here (portal.web.errors maps them)."""


class DomainError(Exception):
    """Base of all errors that a person can act on. `str(error)` is shown to them."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """The thing does not exist, or this actor may not know that it does."""


class Forbidden(DomainError):
    """The actor sees the thing but may not do this with it."""


class Conflict(DomainError):
    """Somebody else was faster, or the database refuses the combination."""


class InvalidTransition(Conflict):
    """The thing is in a state from which this step does not exist."""


class BadInput(DomainError):
    """Input that cannot be taken: says what, where (field or place) and how to mend it."""

    def __init__(
        self, message: str, *, field: str | None = None, place: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(message)
        self.field = field
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}" + (f" {self.remedy}" if self.remedy else "")
