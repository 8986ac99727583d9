"""Numbers of the card index."""

PAGE_SIZE = 50  # rows of the list
MOST_COUNTED = 1000  # beyond it the list says «more than»: counting all matches costs more than it tells
MOST_PHONES = 6
MOST_CANDIDATES = 8  # possible duplicates shown at once
OLDEST_YEARS = 125
ADULT_YEARS = 18

# Classes of advisory locks (core.locks): whoever adds a card holds the lock of its phone and of its person.
LOCK_PHONE = 2101
LOCK_PERSON = 2102
