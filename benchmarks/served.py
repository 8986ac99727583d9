"""The clinic's own settings; only the driver may ask how many statements a request took."""

from clinic.settings import *  # noqa: F403
from clinic.settings import MIDDLEWARE as OWN_MIDDLEWARE

MIDDLEWARE = ["benchmarks.counting.QueryCountMiddleware", *OWN_MIDDLEWARE]
