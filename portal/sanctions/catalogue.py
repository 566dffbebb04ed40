"""Which sanctions lists the portal reads, what each needs before it may be fetched, and what it does not prove.

None is read from the web until an operator sets an address: an upload does the same. A file is kept only as the
organisations in it, because the lists are full of people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.errors import NotFound
from portal.sanctions.reading import eu_fsf, eu_regulations, ofac, un, us_1260h
from portal.sanctions.reading.result import Reading
from portal.sources.refusal import Refused
from portal.sources.rules import Reason


@dataclass(frozen=True)
class SanctionsList:
    """One published list. Texts are lazy translations; `needs` says what to ask for before it is fetched."""

    code: str
    title: Any
    publisher: Any
    effect: Any
    licence: Any
    needs: Any
    form: Any
    hosts: frozenset[str]
    read: Callable[[bytes], Reading]
    expected_hours: int = 24


_ALL = (
    SanctionsList(
        code="eu-fsf",
        title=_l("EU, consolidated list of financial sanctions"),
        publisher=_l("European Commission"),
        effect=_l("Asset freezes that bind everybody in the EU."),
        licence=_l("Reuse is allowed where the source is named (Commission Decision 2011/833/EU)."),
        needs=_l("A personal address (token) from the Commission’s sanctions site, after signing in there."),
        form=_l("XML or CSV, version 1.1, the full list"),
        hosts=frozenset({"webgate.ec.europa.eu"}),
        read=eu_fsf.read,
    ),
    SanctionsList(
        code="eu-regulations",
        title=_l("EU, lists by regulation"),
        publisher=_l("OpenSanctions, from the Official Journal"),
        effect=_l("Asset freezes, and bans on export, services or financing that the consolidated list leaves out."),
        licence=_l("CC BY-NC 4.0: for use that is not commercial, with the source named. Others need a licence."),
        needs=_l("Check that the licence of OpenSanctions covers your use, or ask for one."),
        form=_l("CSV of one regulation or of several; a regulation must be whole"),
        hosts=frozenset({"data.opensanctions.org"}),
        read=eu_regulations.read,
        expected_hours=7 * 24,
    ),
    SanctionsList(
        code="un",
        title=_l("UN Security Council, consolidated list"),
        publisher=_l("United Nations"),
        effect=_l("Asset freezes that all member states carry out."),
        licence=_l("Public. Name the United Nations as the source."),
        needs=_l("Nothing: the address is public."),
        form=_l("XML"),
        hosts=frozenset({"scsanctions.un.org"}),
        read=un.read,
    ),
    SanctionsList(
        code="us-ofac-sdn",
        title=_l("USA, OFAC Specially Designated Nationals"),
        publisher=_l("US Treasury, OFAC"),
        effect=_l("Binds people and companies of the USA. It is no list of the EU; banks everywhere heed it."),
        licence=_l("Public domain."),
        needs=_l("Nothing: the address is public."),
        form=_l("SDN.XML, or a zip of SDN.CSV, ALT.CSV and ADD.CSV"),
        hosts=frozenset({"sanctionslistservice.ofac.treas.gov", "www.treasury.gov"}),
        read=ofac.read,
    ),
    SanctionsList(
        code="us-1260h",
        title=_l("USA, Chinese military companies (section 1260H)"),
        publisher=_l("OpenSanctions, from the US Department of Defense"),
        effect=_l("The US military does not buy from them. It is no sanction: nothing is frozen or forbidden."),
        licence=_l("CC BY-NC 4.0: for use that is not commercial, with the source named. Others need a licence."),
        needs=_l("Check that the licence of OpenSanctions covers your use, or ask for one."),
        form=_l("CSV"),
        hosts=frozenset({"data.opensanctions.org"}),
        read=us_1260h.read,
        expected_hours=30 * 24,
    ),
)
LISTS = MappingProxyType({one.code: one for one in _ALL})


def _asked_by_name(_content: bytes) -> Reading:
    raise Refused(Reason.NOT_A_LIST, found="service")


# No list but a service that is asked for names; what it finds stands beside the lists as one more source.
OPENSANCTIONS = SanctionsList(
    code="opensanctions",
    title=_l("OpenSanctions, asked by name"),
    publisher=_l("OpenSanctions, or an installation of yente"),
    effect=_l("Many lists at once. Look at the entry to see which one binds you."),
    licence=_l("CC BY-NC 4.0: for use that is not commercial, with the source named. Others need a licence."),
    needs=_l("An API key. Each supplier asked for is one query of the key’s monthly quota and costs money."),
    form=_l("Names, countries and numbers of suppliers are sent to the service."),
    hosts=frozenset(),
    read=_asked_by_name,
    expected_hours=30 * 24,
)


def get_list(code: str) -> SanctionsList:
    """The catalogue's entry of a list that is read, or NotFound."""
    if code not in LISTS:
        raise NotFound
    return LISTS[code]


def origin(code: str) -> SanctionsList:
    """Where a listed party comes from: a list, or the service."""
    return OPENSANCTIONS if code == OPENSANCTIONS.code else LISTS[code]
