"""Which part of the guide a page is told of in. Each app names its pages in `ready()`."""

from collections.abc import Mapping

_parts: dict[str, str] = {}


def add(parts: Mapping[str, str]) -> None:
    """Name the part of the guide, such as `admin#playbooks`, for each view, such as `followup_setup:play`."""
    _parts.update(parts)


def part_of(view: str) -> str:
    """The part of the guide for a view; "" for none."""
    return _parts.get(view, "")


def all_parts() -> Mapping[str, str]:
    """Every part by its view."""
    return dict(_parts)
