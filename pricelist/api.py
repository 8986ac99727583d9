"""Services and their prices over /api/v1/."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import actor_of
from pricelist import selectors, services
from pricelist.models import Price, Service


class ServiceSerializer(serializers.ModelSerializer):
    """A position of the price list with its 804н codes and the price in force (null when it has none)."""

    nomenclature = serializers.ListField(child=serializers.CharField(max_length=24), required=False, write_only=True)
    codes = serializers.SerializerMethodField()
    current_price = serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True, allow_null=True)

    class Meta:
        model = Service
        fields = [
            "id", "code", "name", "category", "direction", "duration_minutes", "tooth_area", "warranty_months",
            "needs_lab", "is_discountable", "version", "nomenclature", "codes", "current_price",
        ]  # fmt: skip
        extra_kwargs = {"code": {"validators": []}}

    def get_codes(self, service: Service) -> list[str]:
        return [code.item_id for code in service.codes.all()]


class PriceSerializer(serializers.ModelSerializer):
    """A price and the moment it starts."""

    starts_at = serializers.DateTimeField(source="during.lower")
    ends_at = serializers.DateTimeField(source="during.upper", read_only=True, allow_null=True)

    class Meta:
        model = Price
        fields = ["id", "group", "amount", "starts_at", "ends_at"]
        read_only_fields = ["id", "group"]


class ServiceViewSet(
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    viewsets.GenericViewSet,
):
    """The price list. ``?q=`` finds by a word, a code or an 804н code."""

    serializer_class = ServiceSerializer
    queryset = Service.objects.none()
    http_method_names = ["get", "post", "patch", "head", "options"]
    access = {
        "list": "pricelist.view_service",
        "retrieve": "pricelist.view_service",
        "create": "pricelist.change_service",
        "partial_update": "pricelist.change_service",
        "prices": "pricelist.view_service",
        "set_price": "pricelist.change_service",
    }

    def get_queryset(self) -> QuerySet[Service]:
        return selectors.services_shown(text=self.request.query_params.get("q", ""))

    @extend_schema(parameters=[OpenApiParameter("q", str, description="A word, a code or an 804н code")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        self._price(page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def get_object(self) -> Service:
        service = super().get_object()
        self._price([service])
        return service

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.add_service(actor=actor_of(self.request), **serializer.validated_data)
        self._price([serializer.instance])

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        fields = {"nomenclature": None, **serializer.validated_data}
        service = services.change_service(
            actor=actor_of(self.request),
            service=serializer.instance,
            version=self.request.data.get("version"),
            **fields,
        )
        serializer.instance = Service.objects.prefetch_related("codes").get(pk=service.pk)
        self._price([serializer.instance])

    @extend_schema(responses=PriceSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def prices(self, request: Request, pk: str | None = None) -> Response:
        """Every price of the service, the newest first."""
        return Response(PriceSerializer(selectors.price_history(self.get_object()), many=True).data)

    @extend_schema(request=PriceSerializer, responses={201: PriceSerializer})
    @prices.mapping.post
    def set_price(self, request: Request, pk: str | None = None) -> Response:
        """Set a price of the base group from a moment on."""
        wanted = PriceSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        price = services.set_price(
            actor=actor_of(request),
            service=self.get_object(),
            amount=wanted.validated_data["amount"],
            starts_at=wanted.validated_data["during"]["lower"],
        )
        return Response(PriceSerializer(price).data, status=201)

    def _price(self, rows: list[Service]) -> None:
        selectors.with_prices(rows, at=timezone.now(), branch_id=actor_of(self.request).branch_id)


routes = [("services", ServiceViewSet, "service")]
