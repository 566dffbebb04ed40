"""create_app(): the one composition root, the only file that knows every feature."""

from flask import Flask
from flask import session as cookie
from flask_security import current_user
from flask_security.utils import logout_user
from flask_wtf import CSRFProtect
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can
from portal.accounts import routes as accounts
from portal.accounts import security
from portal.assessments import routes as assessments
from portal.audits import routes as audits
from portal.audits.bookings import routes as audit_bookings
from portal.audits.connecting import routes as audit_connecting
from portal.audits.interests import routes as audit_interests
from portal.audits.leading import routes as audit_leading
from portal.audits.polls import routes as audit_polls
from portal.audits.shares import routes as audit_shares
from portal.authorities import queries as authority_queries
from portal.authorities import routes as authorities
from portal.awards import routes as awards
from portal.cahra import routes as cahra
from portal.calendars import routes as calendars
from portal.clauses import routes as clauses
from portal.clauses.sets import routes as clause_sets
from portal.contracts import routes as contracts
from portal.contracts.leverage import routes as leverage
from portal.contracts.notices import routes as notices
from portal.declarations import routes as declarations
from portal.declarations.compare import routes as compare
from portal.declarations.letters import routes as letters
from portal.declarations.naming import routes as smelter_names
from portal.declarations.reuse import routes as reuse
from portal.dialogues import routes as dialogues
from portal.dialogues.files import routes as dialogue_files
from portal.dialogues.letters import routes as joint_letters
from portal.dialogues.mail import routes as dialogue_mail
from portal.evidence import routes as evidence
from portal.findings import labels as finding_labels
from portal.findings import queries as finding_queries
from portal.findings import routes as findings
from portal.guests import queries as guest_queries
from portal.guests import routes as guests
from portal.guests.audits import routes as guest_audits
from portal.guests.findings import routes as guest_findings
from portal.guests.pages import routes as guest_pages
from portal.home import navigation
from portal.home import routes as home
from portal.impacts import routes as impacts
from portal.insights import routes as insights
from portal.journal import routes as journal
from portal.merging import routes as merging
from portal.merging.pairs import routes as pairs
from portal.merging.placing import routes as placing
from portal.minerals import routes as minerals
from portal.notifications import routes as notifications
from portal.obligations import queries as obligation_queries
from portal.obligations import routes as obligations
from portal.outbox import routes as operations
from portal.picture import routes as picture
from portal.picture.saved import routes as searches
from portal.process import start_process
from portal.ratings import routes as ratings
from portal.ratings.asking import routes as ratings_asking
from portal.ratings.offline import routes as ratings_offline
from portal.ratings.reliance import routes as rating_reliance
from portal.registry import routes as registry
from portal.registry.gleif import routes as gleif
from portal.registry.identity import routes as identity
from portal.registry.oshub import routes as oshub
from portal.requests import routes as requests
from portal.rollup import routes as rollup
from portal.rubrics import routes as rubrics
from portal.sanctions import queries as sanction_queries
from portal.sanctions import routes as sanctions
from portal.settings import Settings
from portal.sources import routes as sources
from portal.tenders import queries as tender_queries
from portal.tenders import routes as tenders
from portal.web import about, errors, filters, guard, headers, health, preferences
from portal.wiring import connect

FEATURES = (
    accounts,
    authorities,
    registry,
    identity,
    gleif,
    oshub,
    evidence,
    cahra,
    impacts,
    minerals,
    sources,
    declarations,
    smelter_names,
    letters,
    compare,
    reuse,
    tenders,
    contracts,
    leverage,
    notices,
    clauses,
    clause_sets,
    obligations,
    requests,
    rollup,
    assessments,
    dialogues,
    dialogue_files,
    joint_letters,
    dialogue_mail,
    audits,
    audit_shares,
    audit_leading,
    audit_interests,
    audit_connecting,
    audit_polls,
    audit_bookings,
    findings,
    calendars,
    insights,
    rubrics,
    ratings,
    rating_reliance,
    ratings_asking,
    ratings_offline,
    notifications,
    sanctions,
    awards,
    guests,
    guest_pages,
    guest_findings,
    guest_audits,
    merging,
    pairs,
    placing,
    picture,
    searches,
    home,
    journal,
    operations,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Reads the environment unless settings are given."""
    settings = start_process(settings)
    connect()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        REDIS_URL=settings.redis_url,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    preferences.install(app)
    headers.install(app)
    errors.install(app)
    filters.install(app)
    security.install(app, settings)
    guard.install(app, _load_actor, _load_guest)
    csrf = CSRFProtect(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(about.bp)
    for feature in FEATURES:
        app.register_blueprint(feature.bp)
    csrf.exempt(notifications.stop)  # pressed in mail programs; the address itself is the secret
    _install_context(app)
    return app


def _load_actor() -> Actor | None:
    if not current_user.is_authenticated:
        return None
    actor = authority_queries.actor_for(current_user.id, current_user.display_name)
    if actor is None:
        logout_user()  # without a role the first page and the sign-in page would send each other round
    return actor


def _load_guest() -> Actor | None:
    return guest_queries.guest_of(cookie.get(guests.SESSION_KEY))


def _install_context(app: Flask) -> None:
    # Globals, not context: macros know them too, and components imported without context are made once, not per page.
    app.jinja_env.globals.update(
        current_actor=LocalProxy(guard.current_actor),
        can=lambda permission, obj=None: can(guard.current_actor(), Permission(permission), obj),
        # How many names on sanctions lists resemble a supplier or facility: a line on pages of features below.
        resembling=lambda **about: sanction_queries.resembling(guard.current_actor(), **about),
        # What an audit has led to, and the words for it, on pages of features below.
        findings_of_audit=lambda audit_id: finding_queries.of_audit(guard.actor(), audit_id),
        finding_labels=finding_labels,
        # Which tenders the reader evaluates, on every page while it does.
        evaluated=lambda: tender_queries.evaluated_by(guard.actor()),
        # What a contract asks, on the page of the contract.
        follow_up_of=lambda contract: obligation_queries.follow_up_of(guard.actor(), contract),
    )

    @app.context_processor
    def navigation_of_the_actor() -> dict[str, object]:
        actor = guard.current_actor()
        return {
            "nav_items": navigation.items(actor) if actor else [],
            "unread_count": navigation.unread(actor) if actor else 0,
        }
