"""Make, change and delete segments."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from nps_project.accounts.models import User
from nps_project.common.text import shown
from surveys.contacts import contact_filter, counting
from surveys.errors import SurveyError
from surveys.models import Segment

MOST_SLUG = 64


class SegmentTaken(SurveyError):
    """Another segment has this slug."""

    status = 409
    code = "segment_taken"


def sizes_of(segments: Sequence[Segment], user: User) -> dict[int, int]:
    """The number of contacts in each segment that this user may see, as `counting.counts` bounds it; one query."""
    if not segments:
        return {}
    begin = contact_filter.listed_for(user)
    lists = [contact_filter.filtered(begin, segment.filter, by=user) for segment in segments]
    return dict(zip((segment.pk for segment in segments), counting.counts(lists), strict=True))


def may_change(segment: Segment, user: User) -> bool:
    """Whether this user, a manager, may change or delete the segment. Campaigns of who sees all teams ask by it, so one
    of theirs is changed by who sees all teams alone."""
    maker = segment.created_by
    return user.sees_all_teams or (maker is not None and not maker.sees_all_teams)


@transaction.atomic
def save_segment(segment: Segment, changes: Mapping[str, Any], *, by: User | None = None) -> Segment:
    """Make a segment, or change what is named of one; without a slug it gets one from its name.

    Raises: ValidationError, also for a filter that cannot be read; SegmentTaken for the slug of another one.
    """
    is_new = segment._state.adding
    if not is_new:
        segment = Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
    for name, value in changes.items():
        setattr(segment, name, value)
    try:
        segment.filter = contact_filter.read(segment.filter, in_a_segment=True)
    except contact_filter.BadFilter as error:
        raise ValidationError({"filter": [f"{name}: {words}" for name, words in error.faults.items()]}) from error
    segment.name = shown(segment.name).strip()
    if is_new:
        segment.created_by = by
        segment.slug = segment.slug or free_slug(segment.name)
    segment.full_clean(exclude=["filter"], validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            segment.save(update_fields=None if is_new else [*changes, "name", "filter"])
    except IntegrityError as error:
        raise SegmentTaken("slug", segment.slug, "a slug that no other segment has") from error
    return segment


class SegmentInUse(SurveyError):
    """A campaign asks the contacts of this segment."""

    status = 409
    code = "segment_in_use"


def delete_segment(segment_id: int) -> bool:
    """Delete a segment; its contacts stay. False when it is gone already. Raises: SegmentInUse."""
    try:
        deleted, _by_model = Segment.objects.filter(pk=segment_id).delete()
    except ProtectedError as error:
        names = ", ".join(sorted({str(campaign) for campaign in error.protected_objects}))
        raise SegmentInUse("campaigns", names[:200], "a segment that no campaign names") from error
    return deleted > 0


def free_slug(name: str) -> str:
    """A slug from the name that no segment has yet."""
    begin = slugify(name)[: MOST_SLUG - 6].strip("-_").replace("_", "-") or "segment"
    taken = set(Segment.objects.filter(slug__startswith=begin).values_list("slug", flat=True))
    numbered = (f"{begin}-{number}" for number in range(2, len(taken) + 3))
    return begin if begin not in taken else next(slug for slug in numbered if slug not in taken)
