"""Address of the words' API."""

from django.urls import path

from followup.insights.words.api import WordStatsView

urlpatterns = [path("stats/words/", WordStatsView.as_view(), name="api-stats-words")]
