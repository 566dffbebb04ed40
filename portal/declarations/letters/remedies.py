"""Sentences of findings that speak to an adviser ("ask the supplier …"), worded for the reader of a letter."""

from collections.abc import Mapping
from types import MappingProxyType

from portal.declarations.wording import N_

FOR_SUPPLIERS: Mapping[str, str] = MappingProxyType(
    {
        "Ask the supplier where the id comes from.": N_("Please tell us where the id comes from."),
        "No look-up known here lists this id, so it is only the supplier's word.": N_(
            "No look-up known here lists this id."
        ),
        "Ask the supplier when the smelter will be identified.": N_(
            "Please tell us when the smelter will be identified."
        ),
        "Ask for the declaration in the current revision.": N_("Please send the declaration in the current revision."),
        "Ask for a declaration of scope B with the products of the contract.": N_(
            "Please send a declaration of scope B with the products of the contract."
        ),
        "Ask the supplier what it does about this smelter.": N_("Please tell us what you do about this smelter."),
        "Ask the supplier which risks it found there and what it did.": N_(
            "Please tell us which risks you found there and what you did."
        ),
    }
)
