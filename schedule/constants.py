"""Numbers of the schedule, with their units."""

from datetime import timedelta

# Classes of advisory locks, taken in the order of their numbers, so that waiters never deadlock.
LOCK_PATIENT = 300
LOCK_DOCTOR = 301
LOCK_CHAIR = 302

ALIGN_MINUTES = 5  # appointments and shifts begin and last in steps of this
SHORTEST_MINUTES = 5
LONGEST_MINUTES = 720
LONGEST = timedelta(hours=24)  # nothing on the grid is longer: an appointment lasts 12 hours at most, a shift 24
OFFERED_MINUTES = (15, 30, 45, 60, 90, 120)

SEARCH_DAYS = 14
OFFERED_SLOTS = 4  # nearest free times offered when a slot is taken
