"""Forms of the registry: a new supplier and each kind of fact. A field's description is its help text."""

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal.clock import today
from portal.registry.countries import countries
from portal.registry.identifiers import SCHEMES, Identifier, check, check_national, identify
from portal.registry.identity.labels import RELATION_KINDS
from portal.registry.identity.rules import RelationKind
from portal.registry.labels import NAME_KINDS, scheme_label
from portal.registry.names import MAX_NAME
from portal.registry.provenance import Provenance
from portal.registry.reasons import Refused
from portal.registry.rules import NameKind
from portal.registry.services import NameData, SiteData, SupplierData
from portal.registry.texts import MAX_ADDRESS, MAX_WORDS
from portal.web.forms import DayField, Required


class CountryField(SelectField):
    """A country by its name in the reader's language; `data` is the ISO code or None."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=self._offer, coerce=lambda code: code or None, **kwargs)

    @staticmethod
    def _offer() -> list[tuple[str, str]]:
        return [("", str(_("Not known"))), *countries(str(get_locale() or "en"))]


class SourcedForm(FlaskForm):
    """Every fact says where it comes from and as of when."""

    source = StringField(
        _l("Where do you know it from?"),
        [Required(_l("Say where you know it from.")), Length(max=MAX_WORDS)],
        description=_l("For example: contract 2026-118, annual report 2025, company register."),
    )
    source_date = DayField(_l("As of"), [Required(_l("Say as of which day."))], default=today)

    def provenance(self) -> Provenance:
        """Source and date as the services take them."""
        assert self.source_date.data
        return Provenance(source=self.source.data or "", source_date=self.source_date.data)


class SupplierForm(SourcedForm):
    """A supplier added by hand."""

    legal_name = StringField(
        _l("Legal name"), [Required(_l("Write the legal name of the company.")), Length(max=MAX_NAME)]
    )
    country = CountryField(_l("Country of registration"))
    lei = StringField("LEI", description=_l("20 letters and digits, from gleif.org."))
    vat = StringField(_l("VAT number"), description=_l("With its country in front, for example SE 556036079301."))
    national = StringField(_l("National number"), description=_l("For example the organisation number."))
    address = StringField(
        _l("Address of a site"), [Length(max=MAX_ADDRESS)], description=_l("Where it makes or does what you buy.")
    )
    city = StringField(_l("City"), [Length(max=MAX_WORDS)])
    confirmed = BooleanField(_l("It is none of these: add it as a new supplier"))

    identifiers: tuple[Identifier, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the numbers too, each at its field."""
        valid = super().validate(extra_validators)
        found = []
        for field, kind in ((self.lei, "lei"), (self.vat, "vat"), (self.national, None)):
            text = (field.data or "").strip()
            if not text:
                continue
            try:
                country = self.country.data
                found.append(check(kind, text, country) if kind else check_national(text, country))
            except Refused as error:
                field.errors = [*field.errors, f"{error.message} {error.remedy or ''}".strip()]
                valid = False
        self.identifiers = tuple(found)
        return valid

    def supplier_data(self) -> SupplierData:
        """The validated form as the service takes it."""
        address = (self.address.data or "").strip()
        city = (self.city.data or "").strip()
        site = SiteData(address=address or city, city=city or None, country=self.country.data)
        return SupplierData(
            legal_name=self.legal_name.data or "",
            country=self.country.data,
            identifiers=self.identifiers,
            site=site if site.address else None,
        )


class NameForm(SourcedForm):
    """One more name of a supplier."""

    name = StringField(_l("Name"), [Required(_l("Write the name.")), Length(max=MAX_NAME)])
    kind = SelectField(
        _l("What it is"),
        choices=list(NAME_KINDS.items()),
        default=NameKind.TRADING,
        description=_l("A new legal name makes the present one a former name."),
    )
    valid_from = DayField(_l("Used from"))
    valid_to = DayField(_l("Used until"))

    def name_data(self) -> NameData:
        """The validated form as the service takes it."""
        return NameData(
            name=self.name.data or "",
            kind=NameKind(self.kind.data),
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )


class IdentifierForm(SourcedForm):
    """One more number of a supplier."""

    number = StringField(
        _l("Number"), [Required(_l("Write the number."))], description=_l("With or without spaces and dashes.")
    )
    scheme = SelectField(_l("What it is"), choices=lambda: IdentifierForm.schemes())

    @staticmethod
    def schemes() -> list[tuple[str, str]]:
        """All kinds of numbers, and the offer to find out."""
        return [("", str(_("Find out by its form"))), *((key, scheme_label(key)) for key in SCHEMES)]

    def identifier(self, country: str | None) -> Identifier:
        """The number in the field, for a supplier of `country`. Raises Refused at the field."""
        text = (self.number.data or "").strip()
        try:
            return check(self.scheme.data, text, country) if self.scheme.data else identify(text, country)
        except Refused as error:
            error.field = "number"
            raise


class SiteForm(SourcedForm):
    """One more site of a supplier."""

    address = StringField(_l("Address"), [Required(_l("Write the address of the site.")), Length(max=MAX_ADDRESS)])
    city = StringField(_l("City"), [Length(max=MAX_WORDS)])
    country = CountryField(_l("Country"))
    name = StringField(_l("Name of the site"), [Length(max=MAX_WORDS)])
    sector = StringField(_l("What is made or done there"), [Length(max=MAX_WORDS)])

    def site_data(self) -> SiteData:
        """The validated form as the service takes it."""
        return SiteData(
            address=self.address.data or "",
            name=self.name.data,
            city=self.city.data,
            country=self.country.data,
            sector=self.sector.data,
        )


class OurWordForm(FlaskForm):
    """A value that counts from now on. Without a source it is the authority's own word."""

    source = StringField(
        _l("Where do you know it from?"),
        [Optional(), Length(max=MAX_WORDS)],
        description=_l("For example the company register. Without it your authority itself is the source."),
    )
    source_date = DayField(_l("As of"), default=today)
    version = HiddenField()

    def provenance(self) -> Provenance | None:
        """Source and date as the services take them; None for the authority's own word."""
        source = (self.source.data or "").strip()
        return Provenance(source, self.source_date.data or today()) if source else None


class CountryForm(OurWordForm):
    """The country of registration."""

    country = CountryField(_l("Country of registration"))


class ParentForm(OurWordForm):
    """A company above the supplier, chosen from what a search found; an empty choice is none."""

    parent_id = RadioField(_l("Parent company"), choices=[], validate_choice=False)
    kind = SelectField(
        _l("What it is to this company"), choices=list(RELATION_KINDS.items()), default=RelationKind.DIRECT_PARENT
    )
