"""What a text is about, in five languages."""

import pytest

from portal.dialogues.topics import TOPICS, overlap, topics_of, words_of
from portal.minerals.labels import METALS
from portal.minerals.risks import AnnexIIRisk, EsgRisk


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Is there child labour at the cobalt mines?", {"child_labour", "cobalt"}),
        ("Förekommer barnarbete i koboltgruvorna?", {"child_labour", "cobalt"}),
        ("Forekommer barnearbeid i koboltgruvene?", {"child_labour", "cobalt"}),
        ("Hi ha treball infantil a les mines de cobalt?", {"child_labour", "cobalt"}),
        ("¿Hay trabajo infantil en las minas de cobalto?", {"child_labour", "cobalt"}),
        ("Tvångsarbete i leverantörskedjan för guld", {"forced_labour", "gold"}),
        ("Origen de l'estany i llista de foneries", {"traceability", "tin"}),
        ("Meeting times in autumn", set()),  # no “tin”, no “mes”
        ("", set()),
    ],
)
def test_a_text_is_about_its_topics_in_any_language(text: str, topics: set[str]) -> None:
    assert topics_of(text) == topics


def test_each_topic_is_a_risk_or_a_metal_and_has_words() -> None:
    assert set(TOPICS) <= {*AnnexIIRisk, *EsgRisk, *METALS}
    assert {*AnnexIIRisk, *EsgRisk} <= set(TOPICS)


def test_overlap_is_of_the_shorter_text() -> None:
    one, other = words_of("Overtime at the Suzhou plant"), words_of("The plant in Suzhou, its dormitories and overtime")
    assert overlap(one, other) == 1.0
    assert overlap(one, words_of("")) == 0.0
