"""What each scheme and list covers, what it does not, how often it looks, who recognises it, and who criticises it.

Facts by the publishers' own pages and the reports named, as the project's notes of 2026-11-22 have them. What nobody
has read in a source is told apart (`unverified`) and is no evidence.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Criticism:
    """What somebody else found, with who and when."""

    text: Any
    source: str


@dataclass(frozen=True)
class SchemePage:
    """One page. `short` is the sentence that stands behind every status; `source_code` is where its list is read."""

    code: str
    title: Any
    short: Any
    covers: tuple[Any, ...]
    not_covered: tuple[Any, ...]
    cycle: Any
    recognition: Any
    sources: tuple[str, ...]
    criticism: tuple[Criticism, ...] = ()
    unverified: tuple[Any, ...] = ()
    source_code: str | None = None


RMAP = SchemePage(
    code="rmap",
    title=_l("RMAP, the audits of the Responsible Minerals Initiative"),
    short=_l(
        "An audit looked at how this facility chooses the sources of this metal. It does not follow the metal into a "
        "product and does not promise that nobody was harmed."
    ),
    covers=(
        _l("One facility and one metal at a time: tin, tantalum, tungsten, gold, cobalt and other minerals."),
        _l("The facility’s system of due diligence, as an independent auditor found it up to the day of the audit."),
    ),
    not_covered=(
        _l("The material itself: conformance is no test of the metal."),
        _l("The owner of the facility, its other sites and its other metals."),
        _l("Complete assurance that a risk is absent, at the mine or on the way."),
        _l("“Active” and “eligible” are no results: the one is in an audit, the other could be audited."),
        _l("Leaving the list is no proof of wrongdoing. Russian facilities left it when audits there stopped."),
        _l("Mica, lithium, graphite and rare earths are hardly covered."),
    ),
    cycle=_l(
        "One year as a rule, two under the Downstream Assessment Program, three under the risk-based programme and for "
        "members of the tungsten consortium TI-CMC. An audit past its date is out of date, not failed."
    ),
    recognition=_l(
        "Decision (EU) 2025/2071 recognises RMAP’s standards for tin, tantalum, tungsten and gold. That does not lift "
        "an importer’s own duty. RMAP in turn counts audits of LBMA and RJC for gold."
    ),
    sources=("responsiblemineralsinitiative.org: facilities lists, RMAP conformance", "Decision (EU) 2025/2071"),
    criticism=(
        Criticism(_l("Audits cannot guarantee that rights are respected."), "Human Rights Watch, May 2023"),
        Criticism(_l("The model governs at a distance from the places that it is about."), "Sarfaty and Deberdt, 2023"),
        Criticism(
            _l("Coltan of Rubaya, where armed groups tax mining, entered Rwandan exports."),
            "UN Group of Experts on the DRC, 2024",
        ),
    ),
    source_code="rmap",
)

LBMA = SchemePage(
    code="lbma",
    title=_l("LBMA, the Good Delivery List and Responsible Gold"),
    short=_l(
        "The refinery’s bars are accepted in London, which asks for yearly audits of where its gold comes from. "
        "It does not follow the gold into a product."
    ),
    covers=(
        _l("One refinery, for gold: its system of choosing sources, beside the quality of its bars."),
        _l("A yearly audit against the Responsible Gold Guidance."),
    ),
    not_covered=(
        _l("The gold in a product, or conditions at the mine."),
        _l("Refineries that make no large bars: they are not on the list, whatever their sources."),
        _l("Why a refinery is on the list of former ones: it may have closed, or been suspended."),
    ),
    cycle=_l("One year."),
    recognition=_l("RMAP counts its audits for gold."),
    sources=("lbma.org.uk: current and former lists", "responsiblemineralsinitiative.org: cross-recognition"),
    unverified=(_l("How many refineries are listed today."),),
    source_code="lbma",
)

RJC = SchemePage(
    code="rjc",
    title=_l("RJC, certificates of the Responsible Jewellery Council"),
    short=_l(
        "The member holds a certificate. It is the member’s, not a smelter’s: which sites were audited stands in the "
        "certificate, not on the list."
    ),
    covers=(
        _l("A member company, under a code of practices."),
        _l("With the Chain of Custody standard also how it keeps certified metal apart."),
    ),
    not_covered=(
        _l("A single facility: the list names members."),
        _l("The metal in a product, unless it was sold under the Chain of Custody standard."),
        _l("Conditions at the mine."),
    ),
    cycle=_l("A certificate holds for one or three years."),
    recognition=_l("RMAP counts its Chain of Custody audits for gold, not its membership."),
    sources=("responsiblejewellery.com: members", "responsiblemineralsinitiative.org: cross-recognition"),
    unverified=(_l("How many members are certified today."),),
    source_code="rjc",
)

COPPER_MARK = SchemePage(
    code="copper_mark",
    title=_l("The Copper Mark"),
    short=_l(
        "The site was assessed against 33 criteria, and may still be mending some. It does not follow the metal into "
        "a product: the chain of custody is another, voluntary standard."
    ),
    covers=(
        _l("One site, for the metals named: copper, molybdenum, nickel or zinc."),
        _l("33 criteria on people, environment and governance, with an assessment at the site."),
    ),
    not_covered=(
        _l("Criteria that are met in part: they must be met within twelve months, and the mark is held meanwhile."),
        _l("The metal in a product. The Joint Due Diligence Standard alone gives no claim at all."),
        _l("Other sites of the same company."),
    ),
    cycle=_l("Improvement plans end within twelve months. When a site is assessed anew stands with the site."),
    recognition=_l(
        "It owns the Joint Due Diligence Standard (copper, lead, molybdenum, nickel, zinc) together with RMI and "
        "associations of the metals."
    ),
    sources=("coppermark.org: criteria, claims, Joint Due Diligence Standard",),
    unverified=(_l("How many sites hold a mark today."),),
    source_code="copper_mark",
)

CROSS_RECOGNITION = SchemePage(
    code="cross_recognition",
    title=_l("Recognition of one scheme by another"),
    short=_l(
        "Another scheme’s audit stands behind this. Look at what that scheme covers, and at the date of its audit."
    ),
    covers=(
        _l("An audit of LBMA Responsible Gold or of RJC Chain of Custody, which RMAP counts for gold."),
        _l("Membership of the tungsten consortium TI-CMC, by a cycle of three years."),
    ),
    not_covered=(
        _l("What RMAP’s own audit would have looked at: scope and date are the other scheme’s."),
        _l("Schemes at the mine: they are recognised by other rules, and recognition may end."),
    ),
    cycle=_l("That of the scheme that made the audit."),
    recognition=_l(
        "The mine scheme ITSCI lost its recognition on 31 October 2022. RMI paused its consideration in July 2024, and "
        "ITSCI disputes the process. Better Mining and CRAFT were recognised in 2022."
    ),
    sources=("responsiblemineralsinitiative.org: news on upstream mechanisms", "itsci.org"),
    unverified=(_l("Where the consideration of ITSCI stands in 2026."),),
)

CAHRA = SchemePage(
    code="cahra",
    title=_l("The European list of conflict-affected and high-risk areas"),
    short=_l(
        "The list is indicative and not exhaustive. A place outside it is not thereby safe, and a supplier in a listed "
        "area does not thereby do harm."
    ),
    covers=(
        _l("Countries and regions that experts of the European Commission found to be in conflict or at high risk."),
        _l("All minerals there, not only those of the regulation."),
    ),
    not_covered=(
        _l("Places that became dangerous since the last issue, and all that the experts did not look at."),
        _l("Any company. A listed place asks for closer due diligence. It forbids nothing."),
        _l("The judgement of who buys: the OECD publishes no list, so companies must judge areas themselves."),
    ),
    cycle=_l("Issued anew from time to time. Each issue is kept here and holds from its day on."),
    recognition=_l("Regulation (EU) 2017/821 and the guidelines of Recommendation (EU) 2018/1149."),
    sources=("cahraslist.net", "Recommendation (EU) 2018/1149", "oecdonthelevel.com"),
    source_code="cahra",
)

SANCTIONS = SchemePage(
    code="sanctions",
    title=_l("Sanctions lists"),
    short=_l(
        "A name that is alike is a candidate for a person to look at, never a verdict. No candidate found is no proof "
        "that a company is not sanctioned."
    ),
    covers=(
        _l("People and organisations that the European Union, the United Nations or the United States have listed."),
        _l("Their names, aliases and numbers, as far as the lists give them."),
    ),
    not_covered=(
        _l("Companies that a listed person owns or controls, unless they are listed themselves."),
        _l("Names in another script or spelling that no rule foresees."),
        _l("Whether a rule applies to your contract: that is a legal question."),
    ),
    cycle=_l("Lists change at any day. Look at when each was read, and screen during the contract, not only at award."),
    recognition=_l(
        "They are law where they were issued. Decision (CFSP) 2022/578 bans the award and the continued execution of "
        "contracts with the Russian entities that it covers."
    ),
    sources=("eur-lex.europa.eu: consolidated regulations", "opensanctions.org: documentation"),
    criticism=(),
)

PAGES = MappingProxyType(
    {page.code: page for page in (RMAP, LBMA, RJC, COPPER_MARK, CROSS_RECOGNITION, CAHRA, SANCTIONS)}
)


def short_of(scheme: str) -> Any:
    """The sentence on what a scheme's status does not prove; that of RMAP for one without a page."""
    return PAGES.get(scheme, RMAP).short
