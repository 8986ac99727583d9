"""Work orders, invoices, payments and cash shifts over /api/v1/: the services of the pages, under the same rights."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from billing import services
from billing.enums import MONEY_MEANS, Means
from billing.models import (
    CashDesk,
    CashShift,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentPart,
    Refund,
    ShiftTotal,
    WorkOrder,
    WorkOrderLine,
)
from billing.selectors.orders import visible_appointments
from core.actor import Actor
from core.api import actor_of
from core.dentition import Tooth, ToothSelection, parse_selection
from organization.confirming import ConfirmedSerializer, second_person_of
from patients.models import Patient
from pricelist.models import Service
from schedule.models import Appointment

MONEY = {"max_digits": 12, "decimal_places": 2, "min_value": 0}
REFUSED = OpenApiResponse(description="Refused by a rule: `code` is stable, `detail` says what to do next.")


class OrderLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = WorkOrderLine
        fields = [
            *(
                "id",
                "position",
                "service",
                "code",
                "name",
                "nomenclature",
                "direction",
                "teeth",
                "surfaces",
                "quantity",
            ),
            *("price", "discount_percent", "discount_reason", "amount", "performer"),
        ]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer):
    """A work order with its lines. Changing it needs the ``version`` it was read under (412 when it is newer)."""

    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = WorkOrder
        fields = [
            *("id", "number", "year", "appointment", "patient", "doctor", "branch", "legal_entity", "state"),
            *("served_on", "total", "is_invoiced", "no_services_reason", "closed_at", "version", "lines"),
        ]
        read_only_fields = fields


class OrderCreateSerializer(serializers.Serializer):
    appointment = serializers.PrimaryKeyRelatedField(queryset=Appointment.objects.none())

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        actor = self.context.get("actor")
        if actor is not None:
            fields["appointment"].queryset = visible_appointments(actor)  # type: ignore[attr-defined]
        return fields


class LineCreateSerializer(serializers.Serializer):
    """``teeth`` as the tooth chart writes them: "36:MO,37"."""

    service = serializers.PrimaryKeyRelatedField(queryset=Service.objects.select_related("direction"))
    teeth = serializers.CharField(required=False, allow_blank=True, default="")
    quantity = serializers.IntegerField(required=False)
    version = serializers.IntegerField(required=False)

    def validate_teeth(self, value: str) -> ToothSelection:
        try:
            return parse_selection(value)
        except DjangoValidationError as error:
            raise ValidationError(list(error.messages)) from error


class VersionSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False)


class OrderCloseSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False)
    no_services_reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class DiscountSerializer(ConfirmedSerializer):
    """A discount of one line; zero takes it back. More than is one's to give is confirmed by who may give it."""

    percent = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=100)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    version = serializers.IntegerField(required=False)


class InvoiceLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = InvoiceLine
        fields = [
            *("id", "position", "order_line", "name", "code", "nomenclature", "teeth", "quantity"),
            *("price", "discount", "amount", "paid"),
        ]
        read_only_fields = fields


class InvoiceSerializer(serializers.ModelSerializer):
    lines = InvoiceLineSerializer(many=True, read_only=True)
    due = serializers.DecimalField(**MONEY, read_only=True)

    class Meta:
        model = Invoice
        fields = [
            *("id", "number", "year", "legal_entity", "branch", "patient", "payer_name", "state", "issued_at"),
            *("issued_on", "total", "paid", "due", "voided_at", "void_reason", "version", "lines"),
        ]
        read_only_fields = fields


class InvoiceIssueSerializer(serializers.Serializer):
    """Closed orders of one patient and one legal entity."""

    orders = serializers.PrimaryKeyRelatedField(queryset=WorkOrder.objects.none(), many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        actor = self.context.get("actor")
        if actor is not None:
            fields["orders"].child_relation.queryset = WorkOrder.objects.visible_to(actor)  # type: ignore[attr-defined]
        return fields


class InvoiceVoidSerializer(ConfirmedSerializer):
    reason = serializers.CharField(max_length=200)
    version = serializers.IntegerField(required=False)


class PartSerializer(serializers.ModelSerializer):
    class Meta:
        model = PaymentPart
        fields = ["means", "amount"]


class PaymentSerializer(serializers.ModelSerializer):
    parts = PartSerializer(many=True, read_only=True)
    receipt_state = serializers.CharField(source="receipt.state", read_only=True)

    class Meta:
        model = Payment
        fields = [
            *("id", "key", "number", "year", "patient", "legal_entity", "branch", "shift", "taken_at", "taken_on"),
            *("total", "money", "to_advance", "cash_received", "change_given", "receipt_state", "parts"),
        ]
        read_only_fields = fields


class PaymentTakeSerializer(serializers.Serializer):
    """Money for invoices of a patient at an open shift. The same ``key`` answers the same payment again."""

    key = serializers.UUIDField(default=uuid.uuid4)
    shift = serializers.PrimaryKeyRelatedField(queryset=CashShift.objects.none())
    patient = serializers.PrimaryKeyRelatedField(queryset=Patient.objects.none())
    invoices = serializers.PrimaryKeyRelatedField(queryset=Invoice.objects.none(), many=True, required=False)
    parts = PartSerializer(many=True)
    cash_received = serializers.DecimalField(**MONEY, required=False, allow_null=True)
    rest_to_advance = serializers.BooleanField(default=False)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        actor = self.context.get("actor")
        if actor is not None:
            fields["shift"].queryset = CashShift.objects.visible_to(actor).select_related("desk")
            fields["patient"].queryset = Patient.objects.visible_to(actor)
            fields["invoices"].child_relation.queryset = Invoice.objects.visible_to(actor)
        return fields

    def validate_parts(self, parts: list[dict[str, Any]]) -> dict[Means, Any]:
        means = [part["means"] for part in parts]
        if len(means) != len(set(means)):
            raise ValidationError(_("Name each means of payment once."))
        return {Means(part["means"]): part["amount"] for part in parts}


class RefundSerializer(serializers.ModelSerializer):
    class Meta:
        model = Refund
        fields = [
            *("id", "key", "patient", "branch", "shift", "means", "amount", "reason", "given_at", "given_on"),
            *("given_by", "confirmed_by"),
        ]
        read_only_fields = fields


class RefundGiveSerializer(ConfirmedSerializer):
    """Money back from a patient's advance at an open shift. The same ``key`` answers the same refund again."""

    key = serializers.UUIDField(default=uuid.uuid4)
    shift = serializers.PrimaryKeyRelatedField(queryset=CashShift.objects.none())
    patient = serializers.PrimaryKeyRelatedField(queryset=Patient.objects.none())
    means = serializers.ChoiceField(choices=[(means.value, means.label) for means in MONEY_MEANS])
    amount = serializers.DecimalField(**MONEY)
    reason = serializers.CharField(max_length=200)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        actor = self.context.get("actor")
        if actor is not None:
            fields["shift"].queryset = CashShift.objects.visible_to(actor).select_related("desk")
            fields["patient"].queryset = Patient.objects.visible_to(actor)
        return fields

    def validate_means(self, value: str) -> Means:
        return Means(value)


class ShiftTotalSerializer(serializers.ModelSerializer):
    class Meta:
        model = ShiftTotal
        fields = ["means", "taken", "refunded", "payments"]


class ShiftSerializer(serializers.ModelSerializer):
    """A cash shift; ``totals`` are written when it closes."""

    totals = ShiftTotalSerializer(many=True, read_only=True)

    class Meta:
        model = CashShift
        fields = [
            *("id", "desk", "number", "state", "opened_at", "opening_cash", "closed_at", "expected_cash"),
            *("counted_cash", "difference_reason", "version", "totals"),
        ]
        read_only_fields = fields


class ShiftOpenSerializer(serializers.Serializer):
    desk = serializers.PrimaryKeyRelatedField(queryset=CashDesk.objects.none())
    opening_cash = serializers.DecimalField(**MONEY)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        actor = self.context.get("actor")
        if actor is not None:
            fields["desk"].queryset = CashDesk.objects.usable_by(actor)
        return fields


class ShiftCloseSerializer(ConfirmedSerializer):
    counted_cash = serializers.DecimalField(**MONEY)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    version = serializers.IntegerField(required=False)


class MoneyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What the four share: the actor in the serializers, and reading what was asked for."""

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": None if self._is_schema else self.actor}

    @property
    def _is_schema(self) -> bool:
        return getattr(self, "swagger_fake_view", False)

    @property
    def actor(self) -> Actor:
        actor = actor_of(self.request)
        assert actor is not None  # noqa: S101  ActionAccess let nobody else in
        return actor

    def asked(self, serializer_class: type[serializers.Serializer], request: Request) -> dict[str, Any]:
        """The valid body of a request. Raises: ValidationError (400)."""
        form = serializer_class(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def asked_with_second(self, serializer_class: type[ConfirmedSerializer], request: Request) -> dict[str, Any]:
        """The same, with ``second`` in the place of the login and the secret of who confirms."""
        data = self.asked(serializer_class, request)
        second = second_person_of(request._request, data)
        return {**data, "second": second}

    def answer(self, row: Any, status: int = 200) -> Response:
        fresh = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer(fresh).data, status=status)


class OrderViewSet(MoneyViewSet):
    """Work orders (наряды)."""

    serializer_class = OrderSerializer
    filterset_fields = ("patient", "doctor", "branch", "state", "served_on", "is_invoiced")
    access = {
        "list": "billing.view_order",
        "retrieve": "billing.view_order",
        "create": "billing.write_order",
        "add_line": "billing.write_order",
        "discount": "billing.give_discount",
        "close": "billing.write_order",
        "reopen": "billing.reopen_order",
    }

    def get_queryset(self) -> QuerySet[WorkOrder]:
        rows = WorkOrder.objects.select_related("appointment").prefetch_related("lines")
        return rows.none() if self._is_schema else rows.visible_to(self.actor)

    @extend_schema(request=OrderCreateSerializer, responses={201: OrderSerializer, 409: REFUSED})
    def create(self, request: Request) -> Response:
        """Open the work order of an appointment; the one it has is answered again."""
        data = self.asked(OrderCreateSerializer, request)
        return self.answer(services.open_work_order(actor=self.actor, **data), status=201)

    @extend_schema(request=LineCreateSerializer, responses={201: OrderSerializer, 409: REFUSED, 412: REFUSED})
    @action(detail=True, methods=["post"], url_path="lines")
    def add_line(self, request: Request, pk: str) -> Response:
        """Write a service; without a quantity teeth with unlike surfaces get lines of their own."""
        order = self.get_object()
        data = self.asked(LineCreateSerializer, request)
        selection: ToothSelection = data.pop("teeth")
        if "quantity" in data:
            surfaces = "".join(dict.fromkeys(letter for letters in selection.values() for letter in letters))
            teeth: list[Tooth] = list(selection)
            services.add_line(actor=self.actor, order=order, teeth=teeth, surfaces=surfaces, **data)
        else:
            services.add_lines(actor=self.actor, order=order, selection=selection, **data)
        return self.answer(order, status=201)

    @extend_schema(request=DiscountSerializer, responses={200: OrderSerializer, 409: REFUSED, 412: REFUSED})
    @action(detail=True, methods=["post"], url_path=r"lines/(?P<line_id>[0-9]{1,18})/discount")
    def discount(self, request: Request, pk: str, line_id: str) -> Response:
        """Set a line's discount."""
        order = self.get_object()
        line = get_object_or_404(order.lines.select_related("order"), pk=line_id)
        services.give_discount(actor=self.actor, line=line, **self.asked_with_second(DiscountSerializer, request))
        return self.answer(order)

    @extend_schema(request=VersionSerializer, responses={200: OrderSerializer, 409: REFUSED, 412: REFUSED})
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Write on in a closed order that is on no invoice."""
        order = self.get_object()
        data = self.asked(VersionSerializer, request)
        return self.answer(services.reopen_work_order(actor=self.actor, order=order, **data))

    @extend_schema(request=OrderCloseSerializer, responses={200: OrderSerializer, 409: REFUSED, 412: REFUSED})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Finish the appointment."""
        order = self.get_object()
        return self.answer(
            services.close_work_order(actor=self.actor, order=order, **self.asked(OrderCloseSerializer, request))
        )


class InvoiceViewSet(MoneyViewSet):
    """Invoices (счета-квитанции)."""

    serializer_class = InvoiceSerializer
    filterset_fields = ("patient", "branch", "legal_entity", "state", "issued_on")
    access = {
        "list": "billing.view_invoice",
        "retrieve": "billing.view_invoice",
        "create": "billing.issue_invoice",
        "void": "billing.void_invoice",
    }

    def get_queryset(self) -> QuerySet[Invoice]:
        rows = Invoice.objects.prefetch_related("lines")
        return rows.none() if self._is_schema else rows.visible_to(self.actor)

    @extend_schema(request=InvoiceIssueSerializer, responses={201: InvoiceSerializer, 409: REFUSED})
    def create(self, request: Request) -> Response:
        """Issue an invoice for closed work orders."""
        data = self.asked(InvoiceIssueSerializer, request)
        return self.answer(services.issue_invoice(actor=self.actor, orders=data["orders"]), status=201)

    @extend_schema(request=InvoiceVoidSerializer, responses={200: InvoiceSerializer, 409: REFUSED, 412: REFUSED})
    @action(detail=True, methods=["post"])
    def void(self, request: Request, pk: str) -> Response:
        """Take back an invoice nothing was paid on."""
        invoice = self.get_object()
        data = self.asked_with_second(InvoiceVoidSerializer, request)
        return self.answer(services.void_invoice(actor=self.actor, invoice=invoice, **data))


class PaymentViewSet(MoneyViewSet):
    """Payments."""

    serializer_class = PaymentSerializer
    filterset_fields = ("patient", "branch", "shift", "taken_on")
    access = {
        "list": "billing.view_invoice",
        "retrieve": "billing.view_invoice",
        "create": "billing.take_payment",
        "refund": "billing.take_payment",  # whose right it is not has it confirmed
    }

    def get_queryset(self) -> QuerySet[Payment]:
        rows = Payment.objects.select_related("receipt").prefetch_related("parts")
        return rows.none() if self._is_schema else rows.visible_to(self.actor)

    @extend_schema(request=PaymentTakeSerializer, responses={201: PaymentSerializer, 409: REFUSED})
    def create(self, request: Request) -> Response:
        """Take a payment; without invoices, an advance."""
        return self.answer(
            services.take_payment(actor=self.actor, **self.asked(PaymentTakeSerializer, request)), status=201
        )

    @extend_schema(request=RefundGiveSerializer, responses={201: RefundSerializer, 409: REFUSED})
    @action(detail=False, methods=["post"])
    def refund(self, request: Request) -> Response:
        """Give money back from the advance."""
        data = self.asked_with_second(RefundGiveSerializer, request)
        return Response(RefundSerializer(services.refund_advance(actor=self.actor, **data)).data, status=201)


class ShiftViewSet(MoneyViewSet):
    """Cash shifts."""

    serializer_class = ShiftSerializer
    filterset_fields = ("desk", "state")
    access = {
        "list": "billing.run_shift",
        "retrieve": "billing.run_shift",
        "create": "billing.run_shift",
        "close": "billing.run_shift",
    }

    def get_queryset(self) -> QuerySet[CashShift]:
        rows = CashShift.objects.prefetch_related("totals")
        return rows.none() if self._is_schema else rows.visible_to(self.actor)

    @extend_schema(request=ShiftOpenSerializer, responses={201: ShiftSerializer, 409: REFUSED})
    def create(self, request: Request) -> Response:
        """Open a desk's shift."""
        return self.answer(
            services.open_shift(actor=self.actor, **self.asked(ShiftOpenSerializer, request)), status=201
        )

    @extend_schema(request=ShiftCloseSerializer, responses={200: ShiftSerializer, 409: REFUSED, 412: REFUSED})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Count the drawer and close."""
        shift = get_object_or_404(self.get_queryset(), pk=pk)
        return self.answer(
            services.close_shift(actor=self.actor, shift=shift, **self.asked_with_second(ShiftCloseSerializer, request))
        )


routes = [
    ("orders", OrderViewSet, "order"),
    ("invoices", InvoiceViewSet, "invoice"),
    ("payments", PaymentViewSet, "payment"),
    ("shifts", ShiftViewSet, "shift"),
]
