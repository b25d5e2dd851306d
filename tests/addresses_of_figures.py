"""The addresses of the pages of figures that hang on no row, or on a customer alone."""


def of_figures(contact_id: int) -> dict[str, list[str]]:
    """Addresses by the route that answers them."""
    risk = "insights/risk/"
    return {
        "insights/compare/": ["/insights/compare/", "/insights/compare/?by=language&one=en", "/insights/compare/?by=x"],
        "insights/compare/groups.<slug:kind>": ["/insights/compare/groups.svg"],
        "insights/recovery/": ["/insights/recovery/", "/insights/recovery/?by=owner&team=x"],
        "insights/recovery/recovery.csv": ["/insights/recovery/recovery.csv"],
        "insights/recovery/tickets/": ["/insights/recovery/tickets/", "/insights/recovery/tickets/?figure=x"],
        "insights/recovery/<slug:name>.<slug:kind>": ["/insights/recovery/speed.svg"],
        risk: ["/insights/risk/", "/insights/risk/?by=companies&reason=fell", "/insights/risk/?after=y"],
        f"{risk}risk.csv": ["/insights/risk/risk.csv"],
        f"{risk}customers.<slug:kind>": ["/insights/risk/customers.csv"],
        f"{risk}<slug:name>.<slug:kind>": ["/insights/risk/worth.svg"],
        f"{risk}<int:contact_id>/ticket/": [f"/insights/risk/{contact_id}/ticket/"],
    }
