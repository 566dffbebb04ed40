"""What a column of a list can hold, and which column of a new list probably holds what."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from portal.registry.countries import country_code
from portal.registry.identifiers import check, detect
from portal.registry.imports.tables import Table
from portal.registry.names import is_local_script, norm
from portal.registry.reasons import Refused


class Field(StrEnum):
    """The meaning of a column."""

    IGNORE = "ignore"
    NAME = "name"
    FORMER_NAME = "former_name"
    TRADING_NAME = "trading_name"
    LOCAL_NAME = "local_name"
    COUNTRY = "country"
    LEI = "lei"
    VAT = "vat"
    NATIONAL = "national"
    OS_ID = "os_id"
    CID = "cid"
    SITE_NAME = "site_name"
    ADDRESS = "address"
    CITY = "city"
    SECTOR = "sector"
    ROLE = "role"
    PARENT = "parent"


# Lists spread these over several columns (address lines, two former names); all others may be chosen once.
REPEATABLE = frozenset(
    {Field.IGNORE, Field.FORMER_NAME, Field.TRADING_NAME, Field.ADDRESS, Field.SECTOR, Field.OS_ID, Field.CID}
)

FIELDS = {
    Field.IGNORE: _l("Leave it out"),
    Field.NAME: _l("Legal name"),
    Field.FORMER_NAME: _l("Former name"),
    Field.TRADING_NAME: _l("Trading name"),
    Field.LOCAL_NAME: _l("Name in local script"),
    Field.COUNTRY: _l("Country"),
    Field.LEI: _l("LEI"),
    Field.VAT: _l("VAT number"),
    Field.NATIONAL: _l("National number"),
    Field.OS_ID: _l("OS ID (Open Supply Hub)"),
    Field.CID: _l("CID (smelter or refiner)"),
    Field.SITE_NAME: _l("Name of the site"),
    Field.ADDRESS: _l("Address of the site"),
    Field.CITY: _l("City of the site"),
    Field.SECTOR: _l("Product or sector of the site"),
    Field.ROLE: _l("Role in the supply chain"),
    Field.PARENT: _l("Parent company"),
}

# Headers in English, Swedish, Norwegian, Catalan and Spanish, in plain form. The surer ones stand first: where two
# columns could be the legal name, the one with the earlier header is.
_HEADERS: Mapping[Field, str] = {
    Field.NAME: "legal name|registered name|supplier legal name|supplier name|supplier|company name|company|vendor name"
    "|vendor|manufacturer|juridiskt namn|foretagsnamn|leverantor|leverantorens namn|leverantorsnamn|firma|foretag"
    "|juridisk navn|firmanavn|foretaksnavn|leverandor|leverandornavn|selskap|selskapsnavn|nom legal|rao social"
    "|proveidor|nom del proveidor|empresa|nom de l empresa|nom de lempresa|razon social|proveedor"
    "|nombre del proveedor|nombre de la empresa|denominacion social|organisation|organization|organisasjon"
    "|name|namn|navn|nom|nombre|facility name|facility",
    Field.FORMER_NAME: "former name|former names|previous name|formerly|tidigare namn|tidligere navn|nom anterior"
    "|antic nom|nombre anterior|antiguo nombre",
    Field.TRADING_NAME: "trading name|trade name|brand|dba|doing business as|also known as|alias|other name"
    "|handelsnamn|varumarke|bifirma|handelsnavn|varemerke|nom comercial|marca|nombre comercial",
    Field.LOCAL_NAME: "local name|name in local script|local script name|native name|name local language"
    "|lokalt namn|namn pa lokalt sprak|lokalt navn|nom local|nombre local|chinese name",
    Field.COUNTRY: "country|country code|country of registration|iso country|country name|land|landkod|landskod"
    "|landkode|pais|codi de pais|codigo de pais|codi pais|codigo pais",
    Field.LEI: "lei|lei code|legal entity identifier|lei kod|lei kode|codi lei|codigo lei",
    Field.VAT: "vat|vat number|vat no|vat id|vat nr|momsnummer|momsregistreringsnummer|momsnr|vat nummer|mva nummer"
    "|mva nr|nif iva|numero de iva|numero iva|num iva|tax id",
    Field.NATIONAL: "organisation number|organization number|org no|org nr|orgnr|organisationsnummer"
    "|organisasjonsnummer|org nummer|company number|registration number|company registration number|national number"
    "|national id|cif|nif|numero de registre|numero de registro|num registre|siren|cvr|cvr nr|business id|uscc|ein",
    Field.OS_ID: "os id|osid|oar id|open supply hub id|os hub id|os id number",
    Field.CID: "cid|smelter id|smelter identification number|smelter identification|smelter number|rmi id"
    "|smaltverks id|smeltverk id|id de la foneria|id de la fundicion",
    Field.SITE_NAME: "site name|site|plant|plant name|factory|factory name|facility name|facility|anlaggning"
    "|fabrik|fabriksnamn|anlegg|fabrikk|fabrica|nom de la fabrica|planta|nombre de la fabrica|centre|centro",
    Field.ADDRESS: "address|site address|street address|street|facility address|factory address|full address"
    "|address line 1|address line 2|address 1|address 2|postal code|postcode|zip|zip code|state|province|adress"
    "|gatuadress|besoksadress|postadress|postnummer|adresse|gateadresse|besoksadresse|postnr|adreca|carrer"
    "|codi postal|direccion|domicilio|calle|codigo postal",
    Field.CITY: "city|town|site city|facility city|ort|stad|postort|by|poststed|sted|ciutat|poblacio|municipi"
    "|ciudad|poblacion|municipio|localidad",
    Field.SECTOR: "sector|industry|product|products|product type|product group|category|commodity|bransch|sektor"
    "|produkt|produkter|produktgrupp|bransje|produktgruppe|producte|productes|categoria|producto|productos",
    Field.PARENT: "parent|parent company|parent name|group|corporate group|owner|ultimate parent|koncern"
    "|moderbolag|moderforetag|agare|konsern|morselskap|eier|empresa matriu|matriu|grup|empresa matriz|matriz|grupo",
    Field.ROLE: "role|roles|supplier role|role in supply chain|supply chain role|supplier type|type of supplier|roll"
    "|roller|leverantorsroll|roll i leverantorskedjan|leverantorstyp|rolle|leverandorrolle|rolle i leverandorkjeden"
    "|leverandortype|rol|rols|paper|tipus de proveidor|rol a la cadena|roles|papel|tipo de proveedor|rol en la cadena",
}  # fmt: skip
_BY_HEADER = {field: {word: rank for rank, word in enumerate(words.split("|"))} for field, words in _HEADERS.items()}
_SURE_BY_CONTENT = 0.6  # share of a column's values that must be what the column is taken for
_VALUES_LOOKED_AT = 100


def guess(table: Table) -> list[Field]:
    """The probable meaning of each column: by its header, then by what stands in it. At most one is the legal name."""
    candidates = sorted(
        (rank, index, field)
        for index, column in enumerate(table.columns)
        for field, words in _BY_HEADER.items()
        if (rank := words.get(norm(column.name))) is not None
    )
    fields = [Field.IGNORE] * len(table.columns)
    taken: set[Field] = set()
    for _rank, index, field in candidates:
        if fields[index] is Field.IGNORE and (field in REPEATABLE or field not in taken):
            fields[index] = field
            taken.add(field)
    if Field.NAME not in taken:  # a list of facilities names nothing else: then they are the suppliers
        named = [index for _rank, index, field in candidates if field is Field.NAME]
        if named:
            fields[named[0]] = Field.NAME
            taken = set(fields)
    for index, field in enumerate(fields):
        if field is Field.IGNORE:
            values = [row.cells[index] for row in table.rows[:_VALUES_LOOKED_AT] if row.cells[index]]
            found = next((kind for kind in _CONTENT if kind not in taken and _mostly(_CONTENT[kind], values)), None)
            if found:
                fields[index] = found
                taken.add(found)
    return fields


def problems(fields: Sequence[Field]) -> list[str]:
    """Codes of what is wrong with a choice: no column for the legal name, a field chosen twice."""
    found = [] if Field.NAME in fields else ["mapping_no_name"]
    twice = {field for field in fields if field not in REPEATABLE and fields.count(field) > 1}
    return found + ["mapping_twice"] * bool(twice)


def _mostly(is_one: Callable[[str], bool], values: Sequence[str]) -> bool:
    return bool(values) and sum(map(is_one, values)) >= len(values) * _SURE_BY_CONTENT


def _passes(scheme: str, text: str) -> bool:
    try:
        check(scheme, text)
    except Refused:
        return False
    return True


# Checked in this order for columns whose header says nothing.
_CONTENT: Mapping[Field, Callable[[str], bool]] = {
    Field.LEI: lambda text: _passes("lei", text),
    Field.OS_ID: lambda text: _passes("os_id", text),
    Field.CID: lambda text: _passes("cid", text),
    Field.VAT: lambda text: text[:2].isalpha() and _passes("vat", text),
    Field.NATIONAL: lambda text: len(text) >= 8 and bool(detect(text)),
    Field.COUNTRY: lambda text: country_code(text) is not None,
    Field.LOCAL_NAME: is_local_script,
}
