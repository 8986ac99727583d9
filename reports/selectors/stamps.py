"""The version of the overview, so that it is redrawn only when something of today changed."""

from django.utils import timezone

from core.actor import Actor
from core.sql import read
from reports.periods import EVERY_BRANCH

# One statement over indexes of the day. Payments and refunds are append-only, so their last id tells of any new one.
_STAMP_SQL = """
SELECT * FROM (
WITH day AS (
  SELECT id, (%(now)s::timestamptz AT TIME ZONE time_zone)::date AS today,
    ((%(now)s::timestamptz AT TIME ZONE time_zone)::date)::timestamp AT TIME ZONE time_zone AS since,
    ((%(now)s::timestamptz AT TIME ZONE time_zone)::date + 1)::timestamp AT TIME ZONE time_zone AS until
  FROM organization_branch WHERE id = ANY(%(branches)s)
)
SELECT (SELECT string_agg(today::text, ',' ORDER BY id) FROM day),
  (SELECT max(p.id) FROM day JOIN billing_payment p ON p.branch_id = day.id AND p.taken_on = day.today),
  (SELECT max(id) FROM billing_refund),
  (SELECT concat_ws('.', count(*), sum(version)) FROM day
    JOIN billing_workorder o ON o.branch_id = day.id AND o.served_on = day.today),
  (SELECT concat_ws('.', count(*), sum(version)) FROM day
    JOIN billing_invoice i ON i.branch_id = day.id AND i.issued_on = day.today),
  (SELECT concat_ws('.', count(*), sum(version)) FROM day
    JOIN schedule_appointment a ON a.branch_id = day.id AND a.starts_at >= day.since AND a.starts_at < day.until),
  (SELECT concat_ws('.', count(*), sum(s.id)) FROM billing_cashshift s
    JOIN billing_cashdesk d ON d.id = s.desk_id WHERE s.state = 'open' AND d.branch_id = ANY(%(branches)s))
) AS version(today, payment, refund, orders, invoices, appointments, shifts)
"""


def dashboard_stamp(*, actor: Actor, argument: str) -> str:
    """Version of the overview, ``argument`` is «branch» or «all»; empty for a branch the actor does not work in."""
    if argument == EVERY_BRANCH:
        branch_ids = list(actor.branch_ids)
    elif argument.isdecimal() and int(argument) in actor.branch_ids:
        branch_ids = [int(argument)]
    else:
        return ""
    version = read(_STAMP_SQL, {"branches": branch_ids, "now": timezone.now()})[0]
    return "-".join(str(part or 0) for part in version)
