"""A root cause, chosen from the company's list in its two levels."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _

from followup.models import RootCause


class _ByParent(ModelChoiceIterator):
    """A cause with others under it is a group, in which it can be chosen itself where it is in use; one query."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        tops: dict[int, RootCause] = {}
        below: dict[int, list[RootCause]] = defaultdict(list)
        is_offered = set()
        for row in self.queryset.select_related("parent"):
            top = row.parent or row
            tops[top.pk] = top
            is_offered.add(row.pk)
            if row.parent is not None:
                below[top.pk].append(row)
        for top in sorted(tops.values(), key=lambda cause: (cause.position, cause.pk)):
            if top.pk not in below:
                yield self.choice(top)
                continue
            itself = [(self.choice(top)[0], _("%(cause)s, in general") % {"cause": top.name})]
            children = [self.choice(child) for child in below[top.pk]]
            yield top.name, [*(itself if top.pk in is_offered else []), *children]


class CauseField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the same
    """One root cause that is in use, chosen by its slug."""

    iterator = _ByParent

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=RootCause.objects.none(), to_field_name="slug", **options)

    def offer(self) -> None:
        """Read the list of causes again; each form calls it, so that a new cause is there at once."""
        self.queryset = RootCause.objects.filter(is_active=True)
