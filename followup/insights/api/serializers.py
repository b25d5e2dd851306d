"""Serializers of the figures."""

from typing import Any

from rest_framework import serializers

from surveys.api.serializers import NpsSerializer


class PointSerializer(NpsSerializer):
    """The NPS of one period of a trend."""

    first_day = serializers.DateField(source="first", read_only=True)
    last_day = serializers.DateField(source="last", read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        days = {"first_day": instance.first.isoformat(), "last_day": instance.last.isoformat()}
        return days | dict(NpsSerializer(instance.figures).data)


class TrendSerializer(serializers.Serializer[Any]):
    """The NPS of each period, those without answers, too."""

    interval = serializers.CharField()
    points = PointSerializer(many=True)


class CompareSerializer(serializers.Serializer[Any]):
    """Two periods side by side. change, low and high are points; `is_noise`: the interval of the change has 0 in it."""

    now = NpsSerializer()
    before = NpsSerializer()
    before_from = serializers.DateField(read_only=True)
    before_to = serializers.DateField(read_only=True)
    change = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    is_noise = serializers.BooleanField(allow_null=True)


class PartSerializer(serializers.Serializer[Any]):
    """One part of the answers. A `hidden` one is small: its figures are null, and so is whether it `differs`."""

    value = serializers.CharField()
    name = serializers.CharField()
    responses = serializers.IntegerField(allow_null=True)
    nps = serializers.FloatField(allow_null=True)
    nps_low = serializers.FloatField(allow_null=True)
    nps_high = serializers.FloatField(allow_null=True)
    differs = serializers.BooleanField(allow_null=True)
    hidden = serializers.BooleanField()


class PartsSerializer(serializers.Serializer[Any]):
    """The answers divided, the largest part first; `others` are those beyond the parts that are told apart."""

    results = PartSerializer(many=True)
    others = PartSerializer()
