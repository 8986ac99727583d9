"""The ruler: whole requests through the real pages, each beside its framework floor and its SQL floor in the same run.

What people do is declared in each app's ``bench.py``; how it is measured, and against what, is here. See docs/performance.md.
"""
