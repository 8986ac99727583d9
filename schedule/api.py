"""Appointments, shifts and free time over /api/v1/. Moments are ISO 8601 with an offset."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.actor import Actor, Scope
from core.api import actor_of
from organization import selectors as organization
from organization.confirming import ConfirmedSerializer, second_person_of
from organization.models import Branch, Chair, Employee
from patients.models import Patient
from schedule import selectors, services
from schedule.constants import LONGEST_MINUTES, SEARCH_DAYS, SHORTEST_MINUTES
from schedule.enums import AppointmentState, Confirmation
from schedule.models import Appointment, CancelReason, WorkShift

SEE = "schedule.view_appointment"
BOOK = "schedule.book_appointment"


def actor_in(context: Any) -> Actor:
    """The actor of the request; the access check let nobody else in."""
    actor = actor_of(context["request"])
    assert actor is not None  # noqa: S101  ActionAccess refused the request before
    return actor


class AppointmentSerializer(serializers.ModelSerializer):
    """An appointment as it stands."""

    minutes = serializers.IntegerField(read_only=True)

    class Meta:
        model = Appointment
        fields = [
            "id", "version", "patient", "doctor", "branch", "chair", "starts_at", "ends_at", "minutes", "state",
            "confirmation", "is_overbooked", "is_first_visit", "purpose", "comment", "first_starts_at", "moves",
            "arrived_at", "ready_at", "seated_at", "finished_at", "settled_at", "cancelled_at", "cancel_reason",
        ]  # fmt: skip
        read_only_fields = fields


class BookingSerializer(ConfirmedSerializer):
    """A new appointment; without a chair it takes the shift's."""

    patient = serializers.PrimaryKeyRelatedField(queryset=Patient.objects.none())
    doctor = serializers.PrimaryKeyRelatedField(queryset=Employee.objects.active())
    branch = serializers.PrimaryKeyRelatedField(queryset=Branch.objects.none())
    chair = serializers.PrimaryKeyRelatedField(
        queryset=Chair.objects.active().select_related("room"), required=False, allow_null=True
    )
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True)
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True)
    is_overbooked = serializers.BooleanField(required=False, default=False)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        actor = actor_of(self.context["request"]) if self.context.get("request") else None
        if actor is not None:  # the schema is drawn without one
            fields["patient"].queryset = Patient.objects.visible_to(actor).defer("search")
            fields["branch"].queryset = organization.branches_of(actor)
        return fields


class MoveSerializer(ConfirmedSerializer):
    """Where an appointment goes; what is left out stays, without a chair it takes the shift's."""

    version = serializers.IntegerField()
    starts_at = serializers.DateTimeField(required=False)
    minutes = serializers.IntegerField(required=False)
    doctor = serializers.PrimaryKeyRelatedField(queryset=Employee.objects.active(), required=False)
    chair = serializers.PrimaryKeyRelatedField(
        queryset=Chair.objects.active().select_related("room"), required=False, allow_null=True
    )


class StateSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False)
    to = serializers.ChoiceField(choices=AppointmentState.choices)


class ConfirmationAnswerSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False)
    confirmation = serializers.ChoiceField(choices=Confirmation.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CancelSerializer(ConfirmedSerializer):
    version = serializers.IntegerField(required=False)
    reason = serializers.PrimaryKeyRelatedField(queryset=CancelReason.objects.active())
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class VersionSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False)


class SlotSerializer(serializers.Serializer):
    """A free time of a doctor."""

    doctor = serializers.IntegerField(source="doctor_id")
    chair = serializers.IntegerField(source="chair_id", allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class SlotQuerySerializer(serializers.Serializer):
    branch = serializers.PrimaryKeyRelatedField(queryset=Branch.objects.active())
    doctor = serializers.PrimaryKeyRelatedField(queryset=Employee.objects.active(), required=False)
    minutes = serializers.IntegerField(min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES)
    since = serializers.DateTimeField(required=False)
    days = serializers.IntegerField(min_value=1, max_value=SEARCH_DAYS, default=SEARCH_DAYS)


class DayFilter(django_filters.FilterSet):
    """``day`` is a day of the branch; without ``branch`` it is one of the branch the request works in."""

    day = django_filters.DateFilter(method="on_day", label="Day")

    class Meta:
        model = Appointment
        fields = ["branch", "doctor", "patient", "state"]

    def on_day(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        branch_id = self.data.get("branch") or actor_in({"request": self.request}).branch_id
        branch = Branch.objects.filter(pk=branch_id).first() if str(branch_id).isdigit() else None
        if branch is None:
            return rows.none()
        return rows.starting_within(*clock.branch_day_bounds(value, branch.zone))


class ShiftFilter(DayFilter):
    class Meta:
        model = WorkShift
        fields = ["branch", "doctor"]


class AppointmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Appointments the role may see: ``?day=&branch=&doctor=&patient=&state=``."""

    serializer_class = AppointmentSerializer
    queryset = Appointment.objects.none()
    filterset_class = DayFilter
    access = {
        "list": SEE,
        "retrieve": SEE,
        "create": BOOK,
        "move": BOOK,
        "cancel": BOOK,
        "restore": BOOK,
        "confirmation": BOOK,
        "state": SEE,  # the service asks for the right of the very step
        "free_slots": BOOK,
    }

    def get_queryset(self) -> QuerySet[Appointment]:
        rows = Appointment.objects.visible_to(actor_in({"request": self.request}))
        return rows.select_related("branch", "doctor", "chair__room").order_by("starts_at", "pk")

    def taken(self, kind: type[serializers.Serializer], request: Request) -> dict[str, Any]:
        wanted = kind(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return wanted.validated_data

    def taken_with_second(self, kind: type[ConfirmedSerializer], request: Request) -> dict[str, Any]:
        """The same, with ``second`` in the place of the login and the secret of who confirms."""
        wanted = self.taken(kind, request)
        second = second_person_of(request._request, wanted)
        return {**wanted, "second": second}

    def shown(self, appointment: Appointment, status: int = 200) -> Response:
        return Response(AppointmentSerializer(appointment).data, status=status)

    @extend_schema(request=BookingSerializer, responses={201: AppointmentSerializer})
    def create(self, request: Request) -> Response:
        """Book; 409 with the rule's code when the time is taken or not allowed."""
        booked = services.book_appointment(
            actor=actor_in({"request": request}), **self.taken_with_second(BookingSerializer, request)
        )
        return self.shown(booked, status=201)

    @extend_schema(request=MoveSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str | None = None) -> Response:
        """Another time, length, doctor or chair; 412 when the version is no longer the newest."""
        row, wanted = self.get_object(), self.taken_with_second(MoveSerializer, request)
        stays = {"starts_at": row.starts_at, "minutes": row.minutes, "doctor": row.doctor}
        chair = wanted.pop("chair", None if {"starts_at", "doctor"} & set(wanted) else row.chair)
        moved = services.move_appointment(
            actor=actor_in({"request": request}), appointment=row, **{**stays, **wanted}, chair=chair
        )
        return self.shown(moved)

    @extend_schema(request=StateSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def state(self, request: Request, pk: str | None = None) -> Response:
        """One step of the day, or its taking back."""
        row, wanted = self.get_object(), self.taken(StateSerializer, request)
        return self.shown(services.change_state(actor=actor_in({"request": request}), appointment=row, **wanted))

    @extend_schema(request=ConfirmationAnswerSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def confirmation(self, request: Request, pk: str | None = None) -> Response:
        """What the patient answered."""
        row, wanted = self.get_object(), self.taken(ConfirmationAnswerSerializer, request)
        return self.shown(services.set_confirmation(actor=actor_in({"request": request}), appointment=row, **wanted))

    @extend_schema(request=CancelSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """Give the time back, with a reason."""
        row, wanted = self.get_object(), self.taken_with_second(CancelSerializer, request)
        return self.shown(services.cancel_appointment(actor=actor_in({"request": request}), appointment=row, **wanted))

    @extend_schema(request=VersionSerializer, responses=AppointmentSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str | None = None) -> Response:
        """A cancelled appointment back to its time, if that is free."""
        row, wanted = self.get_object(), self.taken(VersionSerializer, request)
        return self.shown(services.restore_appointment(actor=actor_in({"request": request}), appointment=row, **wanted))

    @extend_schema(parameters=[SlotQuerySerializer], responses=SlotSerializer(many=True), filters=False)
    @action(detail=False, url_path="free-slots", pagination_class=None, filterset_class=None)
    def free_slots(self, request: Request) -> Response:
        """Free times of a doctor, or of all doctors of the branch, into which the length fits."""
        wanted = SlotQuerySerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        actor = actor_in({"request": request})
        if actor.scope(BOOK) != Scope.ALL and asked["branch"].pk not in actor.branch_ids:
            raise PermissionDenied
        doctors = [asked["doctor"]] if "doctor" in asked else selectors.doctors_of_branch(asked["branch"].pk)
        since = max(asked.get("since") or timezone.now(), timezone.now())
        found = selectors.free_slots(
            doctor_ids=selectors.bookable(actor, (doctor.pk for doctor in doctors)),
            branch=asked["branch"],
            since=since,
            until=since + timedelta(days=asked["days"]),
            minutes=asked["minutes"],
        )
        return Response(SlotSerializer(list(found), many=True).data)


class WorkShiftSerializer(serializers.ModelSerializer):
    """Who works when and at which chair."""

    class Meta:
        model = WorkShift
        fields = ["id", "version", "doctor", "branch", "chair", "starts_at", "ends_at"]


class WorkShiftViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Shifts that hold: ``?day=&branch=&doctor=``."""

    serializer_class = WorkShiftSerializer
    queryset = WorkShift.objects.none()
    filterset_class = ShiftFilter
    access = {"list": SEE, "retrieve": SEE}

    def get_queryset(self) -> QuerySet[WorkShift]:
        return WorkShift.objects.visible_to(actor_in({"request": self.request})).working().order_by("starts_at", "pk")


routes = [
    ("appointments", AppointmentViewSet, "appointment"),
    ("work-shifts", WorkShiftViewSet, "work_shift"),
]
