"""The rail on the left of every page: where one can go, with counts of what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, request
from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.home import queries
from portal.home.queries import Waiting


@dataclass(frozen=True)
class NavItem:
    """One link; `count` is shown when it is not zero."""

    endpoint: str
    label: str
    icon: str
    count: int = 0
    current: bool = False


# Pages of an audit that are features of their own.
OF_AUDITS = ("audit_shares", "audit_lead", "audit_interests", "audit_connecting", "audit_polls", "audit_bookings")


@dataclass(frozen=True)
class NavGroup:
    """Links under one heading; the first group has none."""

    title: str | None
    items: Sequence[NavItem]


def items(actor: Actor) -> list[NavGroup]:
    """The navigation that this actor's role has a use for."""
    here = (request.endpoint or "").split(".")[0]
    open_ones = waiting(actor)

    def item(endpoint: str, label: str, icon: str, permission: Permission, *more: str) -> NavItem | None:
        """`more` are other features whose pages and open items belong to the link."""
        if not can(actor, permission):
            return None
        features = {endpoint.split(".")[0], *more}
        count = open_ones.total if "home" in features else sum(open_ones.by_feature.get(one, 0) for one in features)
        current = request.endpoint == endpoint or (here in features and here not in {"picture", "registry", "searches"})
        return NavItem(endpoint, label, icon, count, current)

    groups = [
        (
            None,
            [
                item("home.index", _("What needs me"), "House", Permission.USE_PORTAL),
                item("picture.lookup", _("Look up a supplier"), "MagnifyingGlass", Permission.READ_REGISTRY),
                item("dialogues.index", _("Dialogues"), "Chat2", Permission.READ_DIALOGUE, "joint_letters"),
                item("audits.index", _("Shared audits"), "Calendar", Permission.READ_AUDIT, *OF_AUDITS),
                item("findings.index", _("Findings"), "ClipboardCheckmark", Permission.READ_FINDING),
                item("requests.index", _("Requests"), "Paperplane", Permission.READ_REQUEST, "guests"),
                item("declarations.index", _("Declarations"), "FileCheckmark", Permission.READ_DECLARATION),
                item("rollup.index", _("Smelter overview"), "Branching", Permission.READ_DECLARATION),
            ],
        ),
        (
            _("Registry"),
            [
                item(
                    "duplicates.index",
                    _("Possible duplicates"),
                    "Files",
                    Permission.EDIT_REGISTRY,
                    *("merging", "placing"),
                ),
                item("registry.imports", _("Import suppliers"), "Upload", Permission.IMPORT_SUPPLIERS),
                item("sources.index", _("Assurance sources"), "Database", Permission.READ_SOURCES),
                item("cahra.index", _("High-risk areas"), "Globe", Permission.READ_REGISTRY),
                item("impacts.index", _("Minerals and impacts"), "Table", Permission.READ_REGISTRY),
                item("sanctions.index", _("Sanctions lists"), "MagnifyingGlass", Permission.READ_SANCTIONS),
                item("awards.index", _("Awards"), "FileText", Permission.READ_REGISTRY),
            ],
        ),
        (
            actor.authority_name or _("Network"),
            [
                item("contracts.index", _("Our contracts"), "FileText", Permission.READ_CONTRACT),
                item("obligations.index", _("Obligations"), "Checkmark", Permission.READ_OBLIGATION),
                item("tenders.index", _("Tenders"), "PadlockLockedFill", Permission.READ_TENDER),
                item("clauses.index", _("Clauses"), "Tasklist", Permission.READ_CLAUSE, "clause_sets"),
                item("assessments.index", _("Assessments"), "ClipboardCheckmark", Permission.READ_ASSESSMENT),
                item("insights.index", _("Insights"), "Table", Permission.READ_ASSESSMENT),
                item("authorities.settings", _("Our authority"), "Cog", Permission.READ_MEMBERS),
                item("journal.index", _("Journal"), "Tasklist", Permission.READ_JOURNAL),
                item("operations.index", _("Operations"), "Wrench", Permission.OPERATE),
            ],
        ),
    ]
    return [NavGroup(title, [link for link in links if link]) for title, links in groups if any(links)]


def unread(actor: Actor) -> int:
    """How many notices this person has not read."""
    return waiting(actor).unread


def waiting(actor: Actor) -> Waiting:
    """What waits for the actor, counted once a request."""
    if "waiting" not in g:
        g.waiting = queries.waiting(actor)
    counts: Waiting = g.waiting
    return counts
