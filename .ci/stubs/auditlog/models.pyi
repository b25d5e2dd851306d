# Of django-auditlog, which ships no types: what this product uses.
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models

class LogEntryManager(models.Manager["LogEntry"]):
    def get_for_object(self, instance: models.Model) -> models.QuerySet[LogEntry]: ...
    def log_create(
        self,
        instance: models.Model,
        *,
        action: int,
        changes: dict[str, Any],
        actor: models.Model | None = None,
        additional_data: dict[str, Any] | None = None,
    ) -> LogEntry | None: ...
    def get_for_model(self, model: type[models.Model]) -> models.QuerySet[LogEntry]: ...

class LogEntry(models.Model):
    class Action:
        CREATE: int
        UPDATE: int
        DELETE: int
        ACCESS: int

    content_type: models.ForeignKey[ContentType, ContentType]
    object_pk: models.CharField[str, str]
    object_id: models.BigIntegerField[int | None, int | None]
    object_repr: models.TextField[str, str]
    action: models.PositiveSmallIntegerField[int, int]
    changes: models.JSONField[Any, Any]
    actor: models.ForeignKey[Any, Any]
    additional_data: models.JSONField[Any, Any]
    timestamp: models.DateTimeField[Any, Any]
    objects: ClassVar[LogEntryManager]

    @property
    def changes_dict(self) -> dict[str, Any]: ...
