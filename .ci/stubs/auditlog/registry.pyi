# Of django-auditlog, which ships no types: what this product uses.
from collections.abc import Collection

from django.db.models import Model

class AuditlogModelRegistry:
    def register(
        self,
        model: type[Model],
        include_fields: list[str] | None = None,
        exclude_fields: list[str] | None = None,
        mapping_fields: dict[str, str] | None = None,
        mask_fields: list[str] | None = None,
        mask_callable: str | None = None,
        m2m_fields: Collection[str] | None = None,
    ) -> None: ...
    def contains(self, model: type[Model]) -> bool: ...
    def unregister(self, model: type[Model]) -> None: ...

auditlog: AuditlogModelRegistry
