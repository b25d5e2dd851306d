"""Addresses of the API of silent risk."""

from django.urls import path

from followup.insights.risk.api import CustomersAtRiskView, RiskStatsView

urlpatterns = [
    path("stats/risk/", RiskStatsView.as_view(), name="api-stats-risk"),
    path("stats/risk/customers/", CustomersAtRiskView.as_view({"get": "list"}), name="api-stats-risk-customers"),
]
