"""Patients over /api/v1/."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import Actor
from core.api import actor_of
from core.names import clean_name
from core.phones import is_e164, normalise_phone
from core.requisites import clean_snils
from organization.models import Branch
from organization.selectors import branches_of
from patients import services
from patients.display import phone_text
from patients.errors import PossibleDuplicate
from patients.filters import PatientFilter
from patients.models import AcquisitionChannel, Patient, PatientPhone


class NameField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return cleaned(clean_name, super().to_internal_value(data))


class PhoneSerializer(serializers.ModelSerializer):
    """A phone, E.164; for a role without the right to whole numbers only its end is shown, as text."""

    class Meta:
        model = PatientPhone
        fields = ["number", "note", "is_main"]
        read_only_fields = ["is_main"]

    def validate_number(self, typed: str) -> str:
        return cleaned(normalise_phone, typed)

    def to_representation(self, phone: PatientPhone) -> dict[str, Any]:
        shown = super().to_representation(phone)
        if not self.context["actor"].can("patients.view_phone") and is_e164(phone.number):
            shown["number"] = phone_text(phone.number, is_whole=False)
        return shown


class PatientSerializer(serializers.ModelSerializer):
    """A card. ``version`` is given back with a change: over a newer one it is refused (412)."""

    surname = NameField(max_length=80)
    name = NameField(max_length=80, required=False, allow_blank=True)
    patronymic = NameField(max_length=80, required=False, allow_blank=True)
    former_surname = NameField(max_length=80, required=False, allow_blank=True)
    phones = PhoneSerializer(many=True, required=False)
    channel = serializers.PrimaryKeyRelatedField(
        queryset=AcquisitionChannel.objects.active(), required=False, allow_null=True
    )
    home_branch = serializers.PrimaryKeyRelatedField(queryset=Branch.objects.none(), required=False, allow_null=True)
    version = serializers.IntegerField(required=False)
    is_archived = serializers.BooleanField(read_only=True)
    confirmed_different = serializers.BooleanField(
        write_only=True, required=False, help_text="Save although a card of this person may be there already."
    )

    is_draft = serializers.BooleanField(
        write_only=True, required=False, help_text="Save although what the role must fill in is missing."
    )

    class Meta:
        model = Patient
        fields = [
            *("id", "card_number", "surname", "name", "patronymic", "former_surname", "sex", "born_on", "phones"),
            *("email", "address", "snils", "comment", "allergy", "alert", "is_booking_forbidden"),
            *("booking_forbidden_reason", "channel", "home_branch", "family", "kinship", "is_archived", "created_at"),
            *("version", "confirmed_different", "is_draft"),
        ]
        read_only_fields = ["id", "card_number", "family", "kinship", "created_at"]

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        actor = self.context.get("actor")
        if isinstance(actor, Actor):
            fields["home_branch"].queryset = branches_of(actor)  # type: ignore[attr-defined]
        return fields

    def validate_snils(self, typed: str) -> str:
        return cleaned(clean_snils, typed) if typed else ""


class DuplicateSerializer(serializers.Serializer):
    """The refusal of a card that may be there already."""

    code = serializers.CharField()
    detail = serializers.CharField()
    candidates = serializers.ListField(child=serializers.IntegerField(), help_text="Cards the role may open.")


class PatientViewSet(
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet,
):
    """The card index. ``?q=`` finds by any word's beginning, a phone's tail, the card number or the birth date."""

    serializer_class = PatientSerializer
    queryset = Patient.objects.none()
    filterset_class = PatientFilter
    http_method_names = ["get", "post", "patch", "head", "options"]
    access = {
        "list": "patients.view_patient",
        "retrieve": "patients.view_patient",
        "create": "patients.add_patient",
        "partial_update": "patients.change_patient",
    }

    @property
    def actor(self) -> Actor:
        actor = actor_of(self.request)
        if actor is None:
            raise NotAuthenticated
        return actor

    def get_queryset(self) -> QuerySet[Patient]:
        if getattr(self, "swagger_fake_view", False):
            return Patient.objects.none()
        return Patient.objects.visible_to(self.actor).defer("search").prefetch_related("phones")

    def filter_queryset(self, queryset: QuerySet[Patient]) -> QuerySet[Patient]:
        """Filters choose rows of the list; a card is opened whether it is archived or not."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            context["actor"] = self.actor
        return context

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One card. Opening it is logged, as it is on the screen."""
        patient = self.get_object()
        services.record_opening(
            actor=self.actor, patient_id=patient.pk, page="api", address=request.META.get("REMOTE_ADDR")
        )
        return Response(self.get_serializer(patient).data)

    @extend_schema(responses={201: PatientSerializer, 409: OpenApiResponse(DuplicateSerializer)})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a card. A card that may be there already is refused (409) unless ``confirmed_different`` is true."""
        try:
            return super().create(request, *args, **kwargs)
        except PossibleDuplicate as error:
            ids = [found.patient.pk for found in error.candidates]
            visible = Patient.objects.visible_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True)
            refusal = {"code": error.code, "detail": " ".join(error.messages), "candidates": sorted(visible)}
            return Response(refusal, status=409)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        values = dict(serializer.validated_data)
        values.pop("version", None)
        phones = _phones(values.pop("phones", []))
        patient = services.add_patient(actor=self.actor, more_phones=phones, **_fields(values))
        serializer.instance = self.get_queryset().get(pk=patient.pk)

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        values = dict(serializer.validated_data)
        values.pop("confirmed_different", None)
        phones = _phones(values.pop("phones")) if "phones" in values else None
        version = values.pop("version", None)
        services.change_patient(
            actor=self.actor, patient=serializer.instance, version=version, phones=phones, **_fields(values)
        )
        serializer.instance = self.get_queryset().get(pk=serializer.instance.pk)


def cleaned(clean: Any, typed: str) -> Any:
    """A value tidied by one of our own cleaners, refused the way the API refuses."""
    try:
        return clean(typed)
    except DjangoValidationError as error:
        raise serializers.ValidationError(error.messages) from error


def _phones(rows: list[dict[str, str]]) -> list[services.PhoneEntry]:
    return [services.PhoneEntry(number=row["number"], note=row.get("note", "")) for row in rows]


def _fields(values: dict[str, Any]) -> dict[str, Any]:
    if "home_branch" in values:
        branch = values.pop("home_branch")
        values["home_branch_id"] = branch.pk if branch else None
    return values


routes = [("patients", PatientViewSet, "patient")]
