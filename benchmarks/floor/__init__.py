"""The framework floor: a bare Django page with session, sign-in, CSRF and a small template over the SQL floor.

It is served by the same gunicorn over the same database; what it costs, no page of this framework can undercut fairly.
"""

SCHEMA = "bench_floor"  # of its own tables
