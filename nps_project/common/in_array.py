"""`pk__in_array`: the id is in an array, which the database makes first; `pk__in` leaves the way to the planner."""

from typing import Any

from django.db.models import BigAutoField, Lookup


@BigAutoField.register_lookup
class InArray(Lookup):  # type: ignore[type-arg]  # it takes none when it runs
    """Its right side is an expression, such as an ArraySubquery."""

    lookup_name = "in_array"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """In SQL."""
        left, given_left = self.process_lhs(compiler, connection)
        right, given_right = self.process_rhs(compiler, connection)
        return f"{left} = ANY {right}", [*given_left, *given_right]
