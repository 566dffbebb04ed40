"""Numbers that identify companies: what a text may be, whether it can be right (python-stdnum), how it is written.

A number is kept in its compact form: capitals and digits, VAT numbers with their country in front. Numbers of natural
persons are refused even where the law uses them for sole traders: the registry holds companies.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from portal.registry.reasons import Refused

LEI_LENGTH = 20
MAX_LENGTH = 60  # characters as written; the longest real ones, German register numbers, have about 40


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of number: `module` checks it (below `stdnum`, or ours), `name` is what it is called where it is used.

    `several`: one company may have many, each of a place that it runs; all others tell two companies apart.
    """

    key: str
    country: str | None
    module: str
    name: str
    example: str
    several: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that passed its check, in compact form."""

    scheme: str
    value: str

    @property
    def pretty(self) -> str:
        """The number as people write it."""
        return pretty(self.scheme, self.value)


SCHEMES: Mapping[str, Scheme] = {
    scheme.key: scheme
    for scheme in (
        Scheme("lei", None, "lei", "LEI", "5493 006MHB84DD0ZWV 18"),
        Scheme("vat", None, "eu.vat", "VAT", "SE 556036079301"),
        Scheme("os_id", None, "portal.registry.numbers.os_id", "OS ID", "IN2019067X1K87G", several=True),
        Scheme("cid", None, "portal.registry.numbers.cid", "CID", "CID000113", several=True),
        Scheme("se.orgnr", "SE", "se.orgnr", "Organisationsnummer", "556036-0793"),
        Scheme("no.orgnr", "NO", "no.orgnr", "Organisasjonsnummer", "988 077 917"),
        Scheme("dk.cvr", "DK", "dk.cvr", "CVR-nummer", "13585628"),
        Scheme("fi.ytunnus", "FI", "fi.ytunnus", "Y-tunnus", "2077474-0"),
        Scheme("ee.registrikood", "EE", "ee.registrikood", "Registrikood", "12345678"),
        Scheme("es.nif", "ES", "es.nif", "NIF", "B58378431"),
        Scheme("pt.nif", "PT", "pt.nif", "NIPC", "501964843"),
        Scheme("fr.siren", "FR", "fr.siren", "SIREN", "552 008 443"),
        Scheme("it.piva", "IT", "it.iva", "Partita IVA", "00743110157"),
        Scheme("be.nr", "BE", "be.vat", "Ondernemingsnummer", "0403019261"),
        Scheme("ch.uid", "CH", "ch.uid", "UID", "CHE-100.155.212"),
        Scheme("de.hr", "DE", "de.handelsregisternummer", "Handelsregisternummer", "Aachen HRA 11223"),
        Scheme("pl.nip", "PL", "pl.nip", "NIP", "856-734-62-15"),
        Scheme("pl.regon", "PL", "pl.regon", "REGON", "192598184"),
        Scheme("cz.ico", "CZ", "cz.dic", "IČO", "25123891"),
        Scheme("us.ein", "US", "us.ein", "EIN", "91-1144442"),
        Scheme("cn.uscc", "CN", "cn.uscc", "USCC 统一社会信用代码", "91110000600037341L"),
        Scheme("tw.ubn", "TW", "tw.ubn", "UBN 統一編號", "00501503"),
        Scheme("jp.cn", "JP", "jp.cn", "法人番号", "5-8356-7825-6246"),
        Scheme("kr.brn", "KR", "kr.brn", "BRN 사업자등록번호", "116-82-00276"),
        Scheme("in.gstin", "IN", "in_.gstin", "GSTIN", "27AAPFU0939F1ZV"),
        Scheme("sg.uen", "SG", "sg.uen", "UEN", "00192200M"),
        Scheme("vn.mst", "VN", "vn.mst", "Mã số thuế", "0100233488"),
        Scheme("il.hp", "IL", "il.hp", "ח.פ.", "516179157"),
        Scheme("au.abn", "AU", "au.abn", "ABN", "83 914 571 673"),
    )
}

# The prefixes of the European Union's VAT numbers; XI is Northern Ireland, EL is Greece.
EU_VAT = frozenset({code.upper() for code in MEMBER_STATES} - {"GR"} | {"EL"})
_OTHER_VAT = {"NO": "no.mva", "GB": "gb.vat", "CH": "ch.vat"}
VAT_COUNTRIES = EU_VAT | set(_OTHER_VAT)

# VAT numbers that contain the national number: where it stands in the compact form.
_EMBEDDED = {
    "SE": ("se.orgnr", slice(2, 12)),
    "NO": ("no.orgnr", slice(2, 11)),
    "DK": ("dk.cvr", slice(2, None)),
    "FI": ("fi.ytunnus", slice(2, None)),
    "ES": ("es.nif", slice(2, None)),
    "PT": ("pt.nif", slice(2, None)),
    "FR": ("fr.siren", slice(4, None)),
    "IT": ("it.piva", slice(2, None)),
    "BE": ("be.nr", slice(2, None)),
    "CH": ("ch.uid", slice(0, 12)),
    "PL": ("pl.nip", slice(2, None)),
}

_SEPARATORS = re.compile(r"[\s.\-/:·\u2010-\u2015\u2212]+")
_PLAUSIBLE = re.compile(r"(?=.*\d)[\w\s.\-/:·\u2010-\u2015\u2212()]{5,60}")


class NoCountry(ValidationError):
    """A VAT number without the country that would say how to check it."""


class OfPerson(ValidationError):
    """The number of a natural person."""


def check(scheme: str, text: str, country: str | None = None) -> Identifier:
    """The number in `text` as one of `scheme`. Raises Refused, saying what does not fit.

    `country` (ISO 3166) completes a VAT number that is written without it.
    """
    if scheme not in SCHEMES:
        raise Refused("identifier_scheme", scheme=scheme[:20])
    written = " ".join(text.split())
    params = {"name": SCHEMES[scheme].name, "number": written[:MAX_LENGTH], "example": SCHEMES[scheme].example}
    if len(written) > MAX_LENGTH:
        raise Refused("identifier_length", **params)
    try:
        return _checked(scheme, written, country)
    except InvalidLength:
        raise Refused("identifier_length", **params) from None
    except InvalidChecksum:
        raise Refused("identifier_checksum", **params) from None
    except NoCountry:
        raise Refused("vat_country", **params) from None
    except OfPerson:
        raise Refused("identifier_person", name=SCHEMES[scheme].name) from None
    except InvalidFormat:
        raise Refused("identifier_format", **params) from None
    except ValidationError:
        raise Refused("identifier_component", **params) from None


def detect(text: str, country: str | None = None) -> tuple[Identifier, ...]:
    """Everything that a text can be, the likeliest first; empty when it is no number that can be checked.

    A VAT number also yields the national number that it contains. Numbers of `country` come first.
    """
    written = " ".join(text.split()).upper()
    if not _PLAUSIBLE.fullmatch(written):
        return ()
    found: dict[Identifier, int] = {}
    for key, scheme in SCHEMES.items():
        identifier = _try(key, written)
        if identifier:
            rank = 0 if scheme.country is None else 1 if scheme.country == country else 2
            found.setdefault(identifier, rank)
            if key == "vat" and (inner := embedded(identifier)):
                found.setdefault(inner, rank)
    if country in VAT_COUNTRIES or country == "GR":
        completed = _try("vat", written, country)
        if completed:
            found.setdefault(completed, 1)
    return tuple(sorted(found, key=lambda one: found[one]))


def identify(text: str, country: str | None = None) -> Identifier:
    """The one number that a text is. Raises Refused when it is none that can be checked, or may be several."""
    found = detect(text, country)
    if not found:
        if len(_SEPARATORS.sub("", text)) == LEI_LENGTH:
            return check("lei", text)
        raise Refused("identifier_unknown", number=text[:MAX_LENGTH])
    likely = found[0]
    if len(found) == 1 or SCHEMES[likely.scheme].country in (None, country):
        return likely
    countries = sorted({SCHEMES[one.scheme].country or "" for one in found})
    raise Refused("identifier_ambiguous", number=text[:MAX_LENGTH], countries=", ".join(countries))


def check_national(text: str, country: str | None) -> Identifier:
    """The national number in a text of a company of `country`. Raises Refused.

    The code is `identifier_uncheckable` for countries whose numbers have no check here.
    """
    if country is None:
        return identify(text)
    schemes = national_schemes(country)
    if not schemes:
        raise Refused("identifier_uncheckable", number=text[:MAX_LENGTH], country=country)
    found = [identifier for key in schemes if (identifier := _try(key, " ".join(text.split())))]
    return found[0] if found else check(schemes[0], text)


def embedded(vat: Identifier) -> Identifier | None:
    """The national number that a VAT number contains, in the countries where it does."""
    scheme, part = _EMBEDDED.get(vat.value[:2], (None, slice(0)))
    return _try(scheme, vat.value[part]) if vat.scheme == "vat" and scheme else None


def national_schemes(country: str | None) -> tuple[str, ...]:
    """The national schemes of a country, the usual one first; all of them when the country is not known."""
    return tuple(key for key, scheme in SCHEMES.items() if scheme.country and country in (None, scheme.country))


def pretty(scheme: str, value: str) -> str:
    """A compact number as people write it."""
    if scheme == "vat":
        return f"{value[:2]} {value[2:]}" if not value.startswith("CHE") else str(_module("ch.vat").format(value))
    module = _module(SCHEMES[scheme].module)
    return str(module.format(value)) if hasattr(module, "format") else value


@lru_cache
def _module(path: str) -> ModuleType:
    return import_module(path if path.startswith("portal.") else f"stdnum.{path}")


def _try(scheme: str, text: str, country: str | None = None) -> Identifier | None:
    try:
        return _checked(scheme, text, country)
    except ValidationError:
        return None


def _checked(scheme: str, text: str, country: str | None) -> Identifier:
    value = _vat(text, country) if scheme == "vat" else _national(SCHEMES[scheme], text)
    identifier = Identifier(scheme, value)
    if _is_of_a_person(identifier):
        raise OfPerson
    return identifier


def _national(scheme: Scheme, text: str) -> str:
    """Validate a LEI or a national number, with or without the country's two letters in front."""
    upper = text if scheme.key == "de.hr" else text.upper()
    if scheme.key == "lei" and len(_SEPARATORS.sub("", upper)) != LEI_LENGTH:  # stdnum checks the digits only
        raise InvalidLength
    try:
        return str(_module(scheme.module).validate(upper))
    except ValidationError:
        bare = _SEPARATORS.sub("", upper)
        if scheme.country is None or not bare.startswith(scheme.country):
            raise
        return str(_module(scheme.module).validate(bare.removeprefix(scheme.country)))


def _vat(text: str, country: str | None) -> str:
    """Validate a VAT number and return it with its country: SE556036079301, NO995525828MVA, CHE107787577MWST."""
    number = _SEPARATORS.sub("", text.upper())
    prefix = "EL" if number[:2] == "GR" else number[:2]
    if prefix in VAT_COUNTRIES:
        number = number[3:] if number.startswith("CHE") else number[2:]
    else:
        prefix = "EL" if country == "GR" else country or ""
        if prefix not in VAT_COUNTRIES or not number[:1].isalnum():
            raise NoCountry
    if prefix == "NO":
        return "NO" + str(_module("no.mva").validate(number.removesuffix("MVA") + "MVA"))
    if prefix == "CH":
        return str(_module("ch.vat").validate("CHE" + re.sub(r"(MWST|TVA|IVA|TPV)$", "", number) + "MWST"))
    if prefix == "GB":
        return "GB" + str(_module("gb.vat").validate(number))
    return str(_module("eu.vat").validate(prefix + number))


def _is_of_a_person(identifier: Identifier) -> bool:
    """Swedish personal numbers have a month in the third and fourth digit, organisations at least 20 there; Spanish
    ones begin with a digit or K, L, M, X, Y, Z (Real Decreto 1065/2007, art. 19-20).
    """
    country = identifier.value[:2] if identifier.scheme == "vat" else SCHEMES[identifier.scheme].country
    value = identifier.value[2:] if identifier.scheme == "vat" else identifier.value
    return (country == "SE" and value[2] in "01") or (country == "ES" and value[0] in "0123456789KLMXYZ")
