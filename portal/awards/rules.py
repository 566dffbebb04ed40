"""What counts as a new award. Pure."""

RECENT_DAYS = 92  # an award published earlier is no news: a first reading brings months of them
OVERLAP_DAYS = 7  # notices appear late and are corrected, so each reading looks back beyond the last one

# Numbers of the registry that no procurement notice uses for a company.
NOT_IN_NOTICES = frozenset({"os_id", "cid"})
