"""The forms of the matrix: a row, and the reason for taking it out or bringing a version back."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, NumberRange

from portal.impacts.labels import FIELDS, MINERALS, VERIFICATIONS
from portal.impacts.rules import MAX_LONG, MAX_SHORT, ImpactValues, Verification
from portal.registry.countries import country_code
from portal.registry.labels import PRODUCT_GROUPS, country_label
from portal.web.forms import CheckboxesField, Required


def split(text: str | None) -> list[str]:
    """The parts of “DRC; Rwanda”: names of countries may hold commas, so a semicolon or a line goes between them."""
    return [part.strip() for part in (text or "").replace("\n", ";").split(";") if part.strip()]


def countries_as_text(values: ImpactValues) -> str:
    """The countries of a row as a person writes them."""
    return "; ".join(country_label(code) for code in values.countries)


class ReasonForm(FlaskForm):
    """Why a row is taken out, or which version is brought back."""

    number = IntegerField(_l("Version"), [NumberRange(min=1)], default=1)
    reason = StringField(_l("Reason"), [Required(_l("Say in a sentence why it is so.")), Length(max=MAX_SHORT)])


class ImpactForm(FlaskForm):
    """One row of the matrix."""

    mineral = SelectField(FIELDS["mineral"], choices=list(MINERALS.items()))
    use = StringField(FIELDS["use"], [Required(_l("Say what it is used for.")), Length(max=MAX_SHORT)])
    product_groups = CheckboxesField(FIELDS["product_groups"], choices=list(PRODUCT_GROUPS.items()))
    countries_text = TextAreaField(FIELDS["countries"], [Length(max=MAX_LONG)])
    place = StringField(FIELDS["place"], [Required(_l("Say where it comes from.")), Length(max=MAX_SHORT)])
    impact = TextAreaField(FIELDS["impact"], [Required(_l("Say what is documented.")), Length(max=MAX_LONG)])
    verification = RadioField(
        FIELDS["verification"], [Required(_l("Say how sure it is."))], choices=list(VERIFICATIONS.items())
    )
    verified_part = StringField(FIELDS["verified_part"], [Length(max=MAX_SHORT)])
    source = StringField(FIELDS["source"], [Length(max=MAX_SHORT)])
    source_url = StringField(FIELDS["source_url"], [Length(max=500)])
    reason = StringField(_l("Reason"), [Required(_l("Say in a sentence why it is so.")), Length(max=MAX_SHORT)])
    version = HiddenField()

    @classmethod
    def of(cls, values: ImpactValues, version: int) -> "ImpactForm":
        """The form filled with what a row says, where nothing was sent."""
        given = values.as_json() | {"product_groups": list(values.product_groups), "version": version}
        return cls(data={**given, "countries_text": countries_as_text(values)})

    def validate_countries_text(self, field: TextAreaField) -> None:
        """Every part is a country."""
        if unknown := [part for part in split(field.data) if country_code(part) is None]:
            raise ValidationError(
                _("“%(text)s” is no country. Write names or codes with a semicolon between them.", text=unknown[0][:40])
            )

    def validate_source_url(self, field: StringField) -> None:
        """An address of the web, so that the page never links to anything else."""
        if field.data and not field.data.strip().startswith(("https://", "http://")):
            raise ValidationError(_("Write the whole address, beginning with https://."))

    @staticmethod
    def texts_of(values: ImpactValues) -> dict[str, str]:
        """What the fields of a saved row hold, for comparing two versions."""
        names = ("mineral", "use", "place", "impact", "verification", "verified_part", "source", "source_url")
        texts = {name: str(getattr(values, name) or "") for name in names}
        return {**texts, "countries_text": countries_as_text(values)}

    def values(self) -> ImpactValues:
        """The validated form as the service takes it."""
        countries = (country_code(part) for part in split(self.countries_text.data))
        return ImpactValues(
            mineral=self.mineral.data,
            use=self.use.data.strip() if self.use.data else "",
            product_groups=tuple(str(group) for group in self.product_groups.data or ()),
            countries=tuple(dict.fromkeys(code for code in countries if code)),
            place=(self.place.data or "").strip(),
            impact=(self.impact.data or "").strip(),
            verification=Verification(self.verification.data),
            verified_part=(self.verified_part.data or "").strip() or None,
            source=(self.source.data or "").strip() or None,
            source_url=(self.source_url.data or "").strip() or None,
        )
