"""REST API of the trials of plays, to read."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import mixins, serializers, viewsets

from followup.insights.trials import export
from followup.playbooks.trials.models import Trial, TrialState
from nps_project.api.views import ApiView


class SideSerializer(serializers.Serializer[Any]):
    """The customers of one version: drawn, with a second score, and back in a better group; shares are 0 to 1."""

    n = serializers.IntegerField()
    answered = serializers.IntegerField()
    recovered = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()


class ResultSerializer(serializers.Serializer[Any]):
    """What came out: `difference` is share b less share a with its interval; `p`: the coin alone makes as much."""

    verdict = serializers.ChoiceField(choices=["better", "worse", "unclear"])
    difference = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()
    p = serializers.FloatField()
    a = SideSerializer()
    b = SideSerializer()


class TrialSerializer(serializers.Serializer[Any]):
    """A trial. `result` is null before the end: nobody looks in between. `a` is as it was, `b` with the change."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField()
    playbook = serializers.CharField()
    state = serializers.ChoiceField(choices=TrialState.choices)
    scores = serializers.ListField(child=serializers.IntegerField())
    surveys = serializers.ListField(child=serializers.CharField())
    baseline = serializers.IntegerField()
    effect = serializers.IntegerField()
    per_arm = serializers.IntegerField()
    window_days = serializers.IntegerField()
    last_day = serializers.DateField(read_only=True)
    drawn = serializers.IntegerField()
    started_at = serializers.DateTimeField(read_only=True, allow_null=True)
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)
    adopted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    result = ResultSerializer(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return dict(super().to_representation(export.fields(instance) | {"result": export.result(instance)}))


class TrialViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Trial]):
    """The trials, for keys that see all teams: a playbook is for all."""

    serializer_class = TrialSerializer
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Trial.objects.none()

    def get_queryset(self) -> QuerySet[Trial]:
        caller = self.caller
        sees_all = caller.sees_all_teams and caller.survey_limit_id() is None
        return export.with_drawn() if sees_all else Trial.objects.none()
