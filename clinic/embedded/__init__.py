"""PostgreSQL, Redis and the clinic's own processes, started by one command without Docker.

Nothing here imports Django: this package runs before settings can be read.
"""
