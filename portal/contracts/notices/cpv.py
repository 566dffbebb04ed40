"""Product groups by the Common Procurement Vocabulary: Regulation (EC) No 213/2008, Annex I (CPV 2008).

The longest beginning of a code decides: 30213100 (portable computers) is found under 302130.
"""

from portal.registry.rules import ProductGroup as G

_GROUPS = {
    "3012": G.PRINTERS,  # photocopying and offset printing equipment
    "30171": G.PRINTERS,
    "302": G.COMPUTERS,  # computer equipment and supplies
    "30211": G.SERVERS,  # mainframe computer
    "30216": G.PRINTERS,  # magnetic or optical readers: scanners
    "30231": G.COMPUTERS,  # computer screens and consoles
    "30232": G.PRINTERS,  # peripheral equipment: printers and plotters
    "30233": G.SERVERS,  # media storage and reader devices
    "30234": G.SERVERS,  # storage media
    "30237": G.CABLES,  # parts, accessories and supplies for computers
    "312": G.CABLES,  # electricity distribution and control apparatus
    "313": G.CABLES,  # insulated wire and cable
    "3222": G.AUDIO_VISUAL,  # television and radio transmission apparatus
    "3223": G.AUDIO_VISUAL,
    "3225": G.PHONES,  # mobile telephones
    "323": G.AUDIO_VISUAL,  # television and radio receivers, sound or video recording
    "324": G.NETWORK,  # networks
    "325": G.NETWORK,  # telecommunications equipment and supplies
    "3252": G.CABLES,  # telecommunications cable and equipment
    "32562": G.CABLES,  # optical-fibre cables
    "32571": G.NETWORK,
    "33": G.MEDICAL,  # medical equipments, pharmaceuticals and personal care products
    "38652": G.AUDIO_VISUAL,  # cinematographic projectors
    "44318": G.CABLES,  # conductors
    "4432": G.CABLES,  # cable and related products
    "4818": G.MEDICAL,  # medical software package
    "488": G.SERVERS,  # information systems and servers
    "642": G.NETWORK,  # telecommunications services
    "64212": G.PHONES,  # mobile-telephone services
}


def product_group(cpv: str | None) -> G:
    """The product group of a code such as 30213100 or 30213100-6; OTHER for what no ICT hardware is known by."""
    digits = (cpv or "").partition("-")[0].partition(".")[0]
    for length in range(len(digits), 1, -1):
        if found := _GROUPS.get(digits[:length]):
            return found
    return G.OTHER
