"""Backups of the clinic: database, files and secrets in one folder that can prove itself.

The same code serves `make run` and the container server; they differ in the addresses their environment names.

making.py       writes a backup aside and gives it its name when it is whole
verification.py proves one by restoring it into a scratch database
restoring.py    puts one in the place of the clinic's database and files
retention.py    says which nightly ones may go
services.py     what happens by itself at night; selectors.py: what the system page may tell of it
"""
