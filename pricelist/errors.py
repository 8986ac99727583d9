"""Refusals of the price list."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class CodeTaken(DomainError):
    text = _("Another service has this code.")
    several = _("These codes are in the price list already: %(codes)s.")
    code = "code_taken"
    field = "code"


class UnknownNomenclature(DomainError):
    text = _("The nomenclature has no such code: %(codes)s.")
    code = "unknown_nomenclature"
    field = "nomenclature"


class PriceInThePast(DomainError):
    text = _("A price cannot start in the past: work orders of that time are already written.")
    code = "price_in_the_past"
    field = "starts_at"


class ServiceWithdrawn(DomainError):
    text = _("This service is withdrawn. Restore it first.")
    code = "service_withdrawn"


class PriceFileRefused(DomainError):
    text = _("This file cannot be read: save it anew as an XLSX workbook.")
    code = "price_file_refused"
    field = "file"


class PriceListThere(DomainError):
    text = _("There is a price list already.")
    code = "price_list_there"
