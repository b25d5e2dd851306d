"""Nobody forgets it: every model that leads to a customer, and every text, is registered or says why it is not."""

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from nps_project.privacy import registry
from nps_project.privacy.registry import Table
from surveys.models import Contact
from tests.nps_project.privacy.nothing_personal import IDS_ONLY, NOTHING_PERSONAL

TEXTS = (
    models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField,
    models.FileField, ArrayField,
)  # fmt: skip


def registered() -> dict[str, Table]:
    return {table.model: table for table in registry.tables()}


def texts_of(model: type[models.Model]) -> set[str]:
    """Its columns with text, without those that take one of a list, and without search vectors, which follow."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, TEXTS)]
    return {field.name for field in fields if not field.choices}


def all_models() -> list[type[models.Model]]:
    return list(apps.get_models(include_auto_created=True))


def test_every_model_that_leads_to_a_customer_is_registered_or_says_why_not() -> None:
    found: set[type[models.Model]] = {Contact}
    while more := {
        model
        for model in all_models()
        if model not in found and any(field.related_model in found for field in model._meta.concrete_fields)
    }:
        found |= more
    known = registered()
    assert {model._meta.label for model in found} - set(known) == set(IDS_ONLY)


def test_every_text_is_emptied_deleted_or_says_why_it_stays() -> None:
    known, missing = registered(), []
    for model in all_models():
        label, table = model._meta.label, known.get(model._meta.label)
        if table is None:
            missing += [] if label in NOTHING_PERSONAL or not texts_of(model) else [label]
        elif not table.deletes or table.only:
            missing += [f"{label}.{name}" for name in texts_of(model) - set(table.empties) - set(table.stays)]
    assert missing == []


def test_no_reason_is_given_for_what_is_not_there() -> None:
    labels = {model._meta.label: model for model in all_models()}
    assert set(NOTHING_PERSONAL) | set(IDS_ONLY) <= set(labels)
    assert not (set(NOTHING_PERSONAL) | set(IDS_ONLY)) & set(registered())
    for label, table in registered().items():
        names = {field.name for field in labels[label]._meta.concrete_fields}
        assert set(table.empties) | set(table.stays) | set(table.hides) <= names, label


def test_each_table_has_a_name_of_its_own() -> None:
    keys = [table.key for table in registry.tables()]
    assert len(keys) == len(set(keys))
