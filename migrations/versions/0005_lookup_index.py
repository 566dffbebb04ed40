"""The look-up index: names by their words, and a dictionary of words that tolerates slips (docs/adr/0007)."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What a word and its slips have in common: its first twelve letters, whole and with each one left out. Words of up to
# three letters have no slips: there each makes another word.
SLIPS = """
CREATE FUNCTION registry_slips(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY[left(word, 12)] || ARRAY(
    SELECT overlay(left(word, 12) PLACING '' FROM letter FOR 1)
    FROM generate_series(1, CASE WHEN length(word) > 3 THEN least(length(word), 12) ELSE 0 END) letter)
$$
"""

# The same with two letters left out of the first seven: for words of which none is near.
TWO_SLIPS = """
CREATE FUNCTION registry_two_slips(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(left(part, a - 1) || substr(part, a + 1, b - a - 1) || substr(part, b + 1)) || part
  FROM left(word, 7) part, generate_series(1, length(part)) a, generate_series(a + 1, length(part) + 1) b
  WHERE length(word) > 3 GROUP BY part
$$
"""

# Adds the words that the dictionary lacks. Two transactions that bring the same new word both write it, without waiting
# for each other: there is no unique constraint, and portal/registry/dictionary.py removes what is there twice.
NEW_WORDS = """
CREATE FUNCTION registry_new_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO registry_word (word)
  SELECT DISTINCT part FROM added, unnest(string_to_array(norm, ' ')) part
  WHERE part <> '' AND NOT EXISTS (SELECT FROM registry_word WHERE word = part);
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    # The order of bytes: the same on every server, and the beginning of a name is a range of it.
    op.execute('ALTER TABLE supplier_name ALTER norm TYPE text COLLATE "C", ALTER core TYPE text COLLATE "C"')
    op.execute('ALTER TABLE supplier_identifier ALTER value TYPE text COLLATE "C"')
    op.drop_index("ix_supplier_name_norm_trgm", "supplier_name")
    op.drop_index("ix_supplier_name_norm", "supplier_name")
    op.create_index("ix_supplier_name_norm", "supplier_name", ["norm"])
    op.create_index(
        "ix_supplier_name_words",
        "supplier_name",
        [sa.text("string_to_array(norm, ' ')")],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "registry_word",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("names", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_word")),
    )
    op.execute(SLIPS)
    op.execute(TWO_SLIPS)
    op.create_index("ix_registry_word_word", "registry_word", ["word"])
    op.create_index(
        "ix_registry_word_slips",
        "registry_word",
        [sa.text("registry_slips(word)")],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(
        "ix_registry_word_two_slips",
        "registry_word",
        [sa.text("registry_two_slips(word)")],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.execute(NEW_WORDS)
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER new_words_at_{event.lower()} AFTER {event} ON supplier_name"
            " REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION registry_new_words()"
        )
    op.execute(
        "INSERT INTO registry_word (word, names) SELECT word, count(*)"
        " FROM supplier_name, unnest(string_to_array(norm, ' ')) word WHERE word <> '' GROUP BY word"
    )
