"""Options this app declares: how the clinic shows itself."""

from django.utils.translation import gettext_lazy as _

from core.options import Kind, Option

NAME, LOGO = "organization.short_name", "organization.logo"
OPTIONS = [
    Option(
        NAME,
        _("Short name of the clinic"),
        _("Stands in the title of every page instead of the program's name, so that tabs of two clinics differ."),
        Kind.TEXT,
        default="",
        page="appearance",
        order=10,
        where=_("Titles of all pages, the sign-in page"),
        most=40,
    ),
    Option(
        LOGO,
        _("Logo"),
        _("Stands instead of the program's own sign."),
        Kind.PICTURE,
        default="",
        page="appearance",
        order=20,
        where=_("The rail at the left, the sign-in page, printed invoices and receipts"),
        most=16,
    ),
]
