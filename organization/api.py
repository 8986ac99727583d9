"""Employees, branches and chairs over /api/v1/, and how the schema describes the sign-in."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import actor_of
from organization import selectors, services
from organization.models import Branch, BranchHours, Chair, Employee, Position, Role, Specialty


class TokenScheme(OpenApiAuthenticationExtension):
    """The schema's words for a key of ours."""

    target_class = "organization.api_auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`; a key acts as one employee under one role.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The schema's words for the browser's session."""

    target_class = "organization.api_auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class HoursSerializer(serializers.ModelSerializer):
    """Opening hours of a weekday (Monday is 0); closing before opening is after midnight."""

    class Meta:
        model = BranchHours
        fields = ["weekday", "opens_at", "closes_at"]


class BranchSerializer(serializers.ModelSerializer):
    """A branch with its week; weekdays that are left out are closed. Send ``version`` back to be safe from overwriting."""

    hours = HoursSerializer(many=True, required=False)

    class Meta:
        model = Branch
        fields = [
            "id", "name", "legal_entity", "address", "phone", "time_zone", "slot_minutes", "version", "hours",
        ]  # fmt: skip
        read_only_fields = ["version"]
        extra_kwargs = {"name": {"validators": []}}  # the service refuses a taken name as everywhere else

    def validate_hours(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        days = [row["weekday"] for row in rows]
        if len(set(days)) != len(days):
            raise serializers.ValidationError("A weekday is named twice.")
        return rows


class BranchViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet,
):
    """Branches: all of them for who may see the clinic's settings, else those the actor may work in."""

    serializer_class = BranchSerializer
    queryset = Branch.objects.none()
    http_method_names = ["get", "post", "patch", "head", "options"]
    access = {
        "list": "signed_in",
        "retrieve": "signed_in",
        "create": "organization.change_clinic",
        "partial_update": "organization.change_clinic",
    }

    def get_queryset(self) -> QuerySet[Branch]:
        return selectors.branches_shown(actor_of(self.request)).prefetch_related("hours")

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.add_branch(actor=actor_of(self.request), **with_week(serializer.validated_data))

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        branch = services.change_branch(
            actor=actor_of(self.request),
            branch=serializer.instance,
            version=self.request.data.get("version"),
            **with_week(serializer.validated_data),
        )
        serializer.instance = Branch.objects.prefetch_related("hours").get(pk=branch.pk)


def with_week(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields for the service: hours by weekday, or no hours when none were sent."""
    fields = dict(fields)
    rows = fields.pop("hours", None)
    if rows is not None:
        fields["hours"] = {row["weekday"]: (row["opens_at"], row["closes_at"]) for row in rows}
    return fields


class ChairSerializer(serializers.ModelSerializer):
    """A chair, the room it stands in, and that room's branch."""

    room_name = serializers.CharField(source="room.name", read_only=True)
    branch = serializers.IntegerField(source="room.branch_id", read_only=True)

    class Meta:
        model = Chair
        fields = ["id", "name", "room", "room_name", "branch"]
        validators: list[Any] = []


class ChairFilter(django_filters.FilterSet):
    branch = django_filters.NumberFilter(field_name="room__branch_id")
    room = django_filters.NumberFilter(field_name="room_id")

    class Meta:
        model = Chair
        fields: list[str] = []


class ChairViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet,
):
    """Active chairs of the branches the actor may see; a chair stays in its room."""

    serializer_class = ChairSerializer
    filterset_class = ChairFilter
    queryset = Chair.objects.none()
    http_method_names = ["get", "post", "patch", "head", "options"]
    access = {
        "list": "signed_in",
        "retrieve": "signed_in",
        "create": "organization.change_clinic",
        "partial_update": "organization.change_clinic",
        "archive": "organization.change_clinic",
    }

    def get_queryset(self) -> QuerySet[Chair]:
        return selectors.chairs_shown(actor_of(self.request))

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.add_chair(actor=actor_of(self.request), **serializer.validated_data)

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        name = serializer.validated_data.get("name", serializer.instance.name)
        serializer.instance = services.rename_chair(actor=actor_of(self.request), chair=serializer.instance, name=name)

    @extend_schema(request=None, responses=ChairSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str | None = None) -> Response:
        """Put a chair away; refused while something is planned in it."""
        chair = services.archive_chair(actor=actor_of(request), chair=self.get_object())
        return Response(ChairSerializer(chair).data)


class EmployeeSerializer(serializers.ModelSerializer):
    """A person who works in the clinic. Collections that are not sent stay as they are."""

    full_name = serializers.CharField(read_only=True)
    specialties = serializers.PrimaryKeyRelatedField(many=True, queryset=Specialty.objects.all(), required=False)
    positions = serializers.PrimaryKeyRelatedField(many=True, queryset=Position.objects.all(), required=False)
    roles = serializers.PrimaryKeyRelatedField(many=True, queryset=Role.objects.all(), required=False)
    branches = serializers.PrimaryKeyRelatedField(
        many=True, queryset=Branch.objects.all(), required=False, source="granted_branches"
    )

    class Meta:
        model = Employee
        fields = [
            "id", "surname", "name", "patronymic", "full_name", "phone", "specialties", "positions", "roles",
            "branches", "version",
        ]  # fmt: skip
        read_only_fields = ["version"]


class EmployeeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_name", label="Any word of the name by its beginning")
    specialty = django_filters.NumberFilter(field_name="specialties")
    branch = django_filters.NumberFilter(field_name="user__branchgrant__content_object")

    class Meta:
        model = Employee
        fields: list[str] = []

    def by_name(self, queryset: QuerySet[Employee], name: str, value: str) -> QuerySet[Employee]:
        return queryset.found_by(value)  # type: ignore[attr-defined]


class EmployeeViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet,
):
    """Active employees. Logins and passwords are not set over the API."""

    serializer_class = EmployeeSerializer
    filterset_class = EmployeeFilter
    queryset = Employee.objects.none()
    http_method_names = ["get", "post", "patch", "head", "options"]
    access = {
        "list": "organization.view_employee",
        "retrieve": "organization.view_employee",
        "create": "organization.change_employee",
        "partial_update": "organization.change_employee",
        "archive": "organization.change_employee",
    }

    def get_queryset(self) -> QuerySet[Employee]:
        return selectors.employees_shown()

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        fields = dict(serializer.validated_data)
        employee = services.add_employee(
            actor=actor_of(self.request), branches=fields.pop("granted_branches", ()), **fields
        )
        serializer.instance = selectors.employees_shown().get(pk=employee.pk)

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        fields = dict(serializer.validated_data)
        employee = services.change_employee(
            actor=actor_of(self.request),
            employee=serializer.instance,
            version=self.request.data.get("version"),
            branches=fields.pop("granted_branches", None),
            **fields,
        )
        serializer.instance = selectors.employees_shown().get(pk=employee.pk)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str | None = None) -> Response:
        """Put a person who left away: the login is closed and keys are over at once."""
        services.archive_employee(actor=actor_of(request), employee=self.get_object())
        return Response(status=204)


routes = [
    ("employees", EmployeeViewSet, "employee"),
    ("branches", BranchViewSet, "branch"),
    ("chairs", ChairViewSet, "chair"),
]
