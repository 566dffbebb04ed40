"""Which role in the supply chain a word in a list means, in English, Swedish, Norwegian, Catalan and Spanish. Pure."""

import re
from collections.abc import Mapping

from portal.registry.identity.rules import SupplierRoleKind
from portal.registry.names import norm
from portal.registry.reasons import Refused

# In plain form: without accents, in small letters.
_WORDS: Mapping[SupplierRoleKind, str] = {
    SupplierRoleKind.RESELLER: "reseller|distributor|dealer|aterforsaljare|forhandler|distribuidora"
    "|revenedor|distribuidor|revendedor",
    SupplierRoleKind.BRAND: "brand|brand owner|varumarke|varumarkesagare|merkevare|merkevareeier|marca"
    "|titular de la marca|propietari de la marca|propietario de la marca",
    SupplierRoleKind.MANUFACTURER: "manufacturer|producer|maker|oem|odm|ems|contract manufacturer|tillverkare|producent"
    "|produsent|fabrikant|fabricant|fabricante|productor",
    SupplierRoleKind.SMELTER_GROUP: "smelter group|smelter|refiner|refiner group|smelter refiner|smaltverksgrupp"
    "|smaltverk|smelteverkskonsern|smelteverk|grup de foneries|foneria|grupo de fundiciones|fundicion|refineria",
}
_BY_WORD = {word: role for role, words in _WORDS.items() for word in words.split("|")}
_BETWEEN = re.compile(r"[,;/|+&\n]| and | och | og | i | y ")


def read_roles(text: str) -> tuple[SupplierRoleKind, ...]:
    """The roles in a cell such as “Brand, manufacturer”, each once. Raises Refused for a word that is none."""
    found: dict[SupplierRoleKind, None] = {}
    whole = norm(text).replace("_", " ")
    for part in [text] if whole in _BY_WORD else _BETWEEN.split(text):
        word = norm(part.replace("_", " "))
        if not word:
            continue
        if word not in _BY_WORD:
            raise Refused("role_unknown", text="".join(ch for ch in part.strip()[:40] if ch.isprintable()))
        found[_BY_WORD[word]] = None
    return tuple(found)
