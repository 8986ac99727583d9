"""The overview's figures over /api/v1/, for reading only."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import actor_of
from reports import overview
from reports.forms import OverviewForm
from reports.periods import EVERY_BRANCH, PeriodKind


class MoneyField(serializers.DecimalField):
    """Roubles with two places, as text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)


class MeansSumSerializer(serializers.Serializer):
    means = serializers.CharField()
    received = MoneyField()
    refunded = MoneyField()


class DoctorResultSerializer(serializers.Serializer):
    doctor_id = serializers.IntegerField()
    name = serializers.CharField()
    revenue = MoneyField()
    finished = serializers.IntegerField()
    load_percent = serializers.IntegerField(allow_null=True)


class AgedDebtSerializer(serializers.Serializer):
    from_days = serializers.IntegerField()
    up_to_days = serializers.IntegerField(allow_null=True)
    amount = MoneyField()


class NewPatientsSerializer(serializers.Serializer):
    booked = serializers.IntegerField()
    came = serializers.IntegerField()
    booked_again = serializers.IntegerField()
    came_again = serializers.IntegerField()


class OverviewSerializer(serializers.Serializer):
    """Revenue is by date of service, receipts by date of payment; debt and advance are never netted."""

    since = serializers.DateField()
    until = serializers.DateField(help_text="the last day with figures")
    branches = serializers.ListField(child=serializers.IntegerField())
    revenue = MoneyField()
    received = MoneyField()
    refunded = MoneyField()
    receipts = MoneyField(help_text="received less refunded")
    finished = serializers.IntegerField(help_text="appointments finished")
    load_percent = serializers.IntegerField(allow_null=True, help_text="null without shifts")
    debt = MoneyField(help_text="as of now")
    debt_by_age = AgedDebtSerializer(many=True)
    advance = MoneyField(help_text="as of now")
    means = MeansSumSerializer(many=True)
    doctors = DoctorResultSerializer(many=True)
    new_patients = NewPatientsSerializer()


class OverviewViewSet(viewsets.ViewSet):
    """The figures of the director's overview."""

    access = {"list": "reports.view_dashboard"}
    serializer_class = OverviewSerializer
    pagination_class = None

    @extend_schema(
        parameters=[
            OpenApiParameter("period", str, enum=PeriodKind.values, description="month by default"),
            OpenApiParameter("on", str, description="a day in the period, YYYY-MM-DD; today by default"),
            OpenApiParameter("branch", str, description="a branch's id, or all; the actor's branch by default"),
        ],
        responses=OverviewSerializer(),
    )
    def list(self, request: Request) -> Response:
        """The figures of one period. Wrong parameters answer 400; nothing is guessed."""
        actor = actor_of(request)
        if actor is None:
            raise NotAuthenticated
        form = OverviewForm(request.query_params)
        if not form.is_valid():
            raise ValidationError(form.errors)
        branch = form.cleaned_data["branch"]
        if branch and branch != EVERY_BRANCH and int(branch) not in actor.branch_ids:
            raise ValidationError({"branch": ["unknown branch"]})
        return Response(OverviewSerializer(overview.figures(form.period_for(actor))).data)


routes = [("overview", OverviewViewSet, "overview")]
