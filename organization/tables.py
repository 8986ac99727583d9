"""Tables of the lists."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import ABSENT
from core.phones import format_phone
from organization.models import Employee


def names_of(rows: Any) -> str:
    return "; ".join(str(row) for row in rows) or ABSENT


class EmployeeTable(tables.Table):
    name = tables.Column(gettext_lazy("Employee"), accessor="full_name", order_by=("sort_key", "pk"))
    work = tables.Column(gettext_lazy("Position, speciality"), accessor="pk", orderable=False)
    roles = tables.Column(gettext_lazy("Roles"), accessor="pk", orderable=False)
    branches = tables.Column(
        gettext_lazy("Branches"), accessor="user", orderable=False, attrs={"td": {"class": "z-clip"}}
    )
    phone = tables.Column(gettext_lazy("Phone"), orderable=False, attrs={"td": {"class": "z-num"}})
    login = tables.Column(gettext_lazy("Login"), accessor="user__username", order_by="user__username")

    class Meta:
        order_by = ("name",)
        default = ABSENT
        empty_text = gettext_lazy("Nobody is found. Change the search or the filters.")
        row_attrs = {"data-href": lambda record: reverse("organization:employee_detail", args=[record.pk])}

    def render_name(self, value: str, record: Employee) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("organization:employee_detail", args=[record.pk]), value)

    def render_work(self, record: Employee) -> str:
        return names_of([*record.positions.all(), *record.specialties.all()])

    def render_roles(self, record: Employee) -> str:
        return names_of(record.roles.all())

    def render_branches(self, record: Employee) -> SafeString:
        names = names_of(record.granted_branches)
        return format_html('<span title="{}">{}</span>', names, names)

    def render_phone(self, value: str) -> str:
        return format_phone(value)

    def render_login(self, record: Employee) -> SafeString | str:
        if record.user.has_usable_password():
            return record.user.username
        return format_html('<span class="z-muted">{}</span>', _("no login"))
