"""All models in one place, so that migrations and guards see the whole schema."""

from portal.accounts import models as accounts
from portal.assessments import models as assessments
from portal.audits import models as audits
from portal.audits.bookings import models as audit_bookings
from portal.audits.connecting import models as audit_connecting
from portal.audits.interests import models as audit_interests
from portal.audits.polls import models as audit_polls
from portal.audits.shares import models as audit_shares
from portal.authorities import models as authorities
from portal.awards import models as awards
from portal.cahra import models as cahra
from portal.calendars import models as calendars
from portal.clauses import models as clauses
from portal.clauses.signed import models as signed_clauses
from portal.contracts import models as contracts
from portal.contracts.leverage import models as leverage
from portal.contracts.notices import models as notices
from portal.db import Base
from portal.declarations import models as declarations
from portal.declarations.naming import models as naming
from portal.declarations.reuse import models as reuse
from portal.dialogues import models as dialogues
from portal.dialogues.files import models as dialogue_files
from portal.dialogues.letters import models as joint_letters
from portal.dialogues.mail import models as dialogue_mail
from portal.evidence import models as evidence
from portal.findings import models as findings
from portal.guests import models as guests
from portal.impacts import models as impacts
from portal.journal import models as journal
from portal.merging import models as merging
from portal.merging.pairs import models as pairs
from portal.merging.placing import models as placing
from portal.minerals import models as minerals
from portal.notifications import models as notifications
from portal.obligations import models as obligations
from portal.outbox import models as outbox
from portal.picture.saved import models as searches
from portal.ratings import models as ratings
from portal.ratings.asking import models as ratings_asking
from portal.ratings.offline import models as ratings_offline
from portal.ratings.reliance import models as rating_reliance
from portal.registry import models as registry
from portal.registry.gleif import models as gleif
from portal.registry.identity import models as identity
from portal.registry.oshub import models as oshub
from portal.requests import models as requests
from portal.rubrics import models as rubrics
from portal.sanctions import models as sanctions
from portal.sources import models as sources
from portal.tenders import models as tenders

MODULES = (
    accounts,
    assessments,
    audits,
    audit_bookings,
    audit_connecting,
    audit_interests,
    audit_polls,
    audit_shares,
    authorities,
    awards,
    cahra,
    calendars,
    clauses,
    contracts,
    declarations,
    dialogues,
    dialogue_files,
    dialogue_mail,
    evidence,
    findings,
    gleif,
    guests,
    identity,
    impacts,
    joint_letters,
    journal,
    leverage,
    merging,
    minerals,
    naming,
    notices,
    notifications,
    obligations,
    oshub,
    outbox,
    pairs,
    placing,
    rating_reliance,
    ratings,
    ratings_asking,
    ratings_offline,
    registry,
    requests,
    reuse,
    rubrics,
    sanctions,
    searches,
    signed_clauses,
    sources,
    tenders,
)

metadata = Base.metadata
