"""Pages of the organization: sign-in and the person's own things, and the clinic's settings."""

from organization.views.sign_in import locked_out

__all__ = ["locked_out"]
