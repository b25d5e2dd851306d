"""REST API of contacts, companies and segments."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from nps_project.accounts.models import Role
from nps_project.api.views import ApiView
from surveys.api import contact_filters as filters
from surveys.api import contact_serializers as serializers
from surveys.contacts.companies import services as companies
from surveys.contacts.contact_filter import segments_for
from surveys.contacts.segments import services as segments
from surveys.contacts.services import save_contact
from surveys.models import Company, Contact, Segment


class ContactViewSet(ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Contact]):
    """Customers."""

    serializer_class = serializers.ContactSerializer
    filterset_class = filters.ContactFilter
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Contact.objects.none()

    def get_queryset(self) -> QuerySet[Contact]:
        rows = Contact.objects.visible_to(self.caller).select_related("survey").defer("search_vector")
        rows = rows.prefetch_related(serializers.wishes_of(self.caller))
        is_whole_list = self.action == "list" and "survey" not in self.request.query_params
        # An address is looked up among the company's own: no key of one survey puts a row of its own in the way.
        return rows.filter(survey=None) if is_whole_list and self.caller.survey_limit_id() is None else rows

    def create(self, request: Request) -> ApiResponse:
        """Make a contact."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        contact = save_contact(Contact(), form.validated_data, by=self.caller)
        return ApiResponse(self.get_serializer(contact).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> ApiResponse:
        """Change a contact; what is left out stays. A key of one survey changes those that such a key made."""
        contact = self.get_object()
        if self.caller.survey_limit_id() not in (None, contact.survey_id):
            raise PermissionDenied("This key is limited to one survey, and this customer is the company's.")
        form = self.get_serializer(contact, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        saved = save_contact(contact, form.validated_data, by=self.caller)
        return ApiResponse(self.get_serializer(saved).data)


class _OfAllSurveys(ApiView):
    """What a key of one survey neither sees nor makes."""

    def refuse_limited(self) -> None:
        """Raises: PermissionDenied."""
        if self.caller.survey_limit_id() is not None:
            raise PermissionDenied("This key is limited to one survey.")


class CompanyViewSet(_OfAllSurveys, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Company]):
    """Companies that are customers; made and changed by keys of scope admin."""

    serializer_class = serializers.CompanySerializer
    filterset_class = filters.CompanyFilter
    lookup_value_regex = "[0-9]{1,18}"
    write_role = Role.MANAGER
    queryset = Company.objects.none()

    def get_queryset(self) -> QuerySet[Company]:
        return companies.companies_for(self.caller).defer("search_vector")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the figures of what is shown."""
        shown = list(args[0]) if args and kwargs.get("many") else list(args[:1])
        context = kwargs.pop("context", None) or self.get_serializer_context()
        return self.serializer_class(
            *args, **kwargs, context=context | {"figures": companies.figures_of(shown, self.caller)}
        )

    def create(self, request: Request) -> ApiResponse:
        """Make a company; most are made with their contacts."""
        self.refuse_limited()
        self._refuse_who_sees_some_teams()
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        company = companies.save_company(Company(), form.validated_data)
        return ApiResponse(self.get_serializer(company).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> ApiResponse:
        """Change a company; a new name is written to its contacts."""
        company = self.get_object()
        self._refuse_who_sees_some_teams()
        form = self.get_serializer(company, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return ApiResponse(self.get_serializer(companies.save_company(company, form.validated_data)).data)

    def _refuse_who_sees_some_teams(self) -> None:
        if not companies.sees_whole_companies(self.caller):
            raise PermissionDenied("Companies are changed by those who see all teams.")


class SegmentViewSet(_OfAllSurveys, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Segment]):
    """Saved filters of contacts; made, changed and deleted by keys of scope admin."""

    serializer_class = serializers.SegmentSerializer
    lookup_field = "slug"
    lookup_value_regex = "[a-z0-9-]+"
    write_role = Role.MANAGER
    queryset = Segment.objects.none()

    def get_queryset(self) -> QuerySet[Segment]:
        rows: QuerySet[Segment] = segments_for(self.caller)
        return rows

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the sizes of what is shown."""
        shown = list(args[0]) if args and kwargs.get("many") else list(args[:1])
        context = kwargs.pop("context", None) or self.get_serializer_context()
        return self.serializer_class(
            *args, **kwargs, context=context | {"sizes": segments.sizes_of(shown, self.caller)}
        )

    def create(self, request: Request) -> ApiResponse:
        """Make a segment; without a slug it gets one from its name."""
        self.refuse_limited()
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        segment = segments.save_segment(Segment(), form.validated_data, by=self.caller)
        return ApiResponse(self.get_serializer(segment).data, status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, slug: str) -> ApiResponse:
        """Change the name or the filter of a segment; its slug stays."""
        segment = self._to_change()
        form = self.get_serializer(segment, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        if form.validated_data.pop("slug", segment.slug) != segment.slug:
            raise ValidationError({"slug": ["Programs know the segment by its slug; it stays as it is."]})
        return ApiResponse(self.get_serializer(segments.save_segment(segment, form.validated_data)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, slug: str) -> ApiResponse:
        """Delete a segment; its contacts stay."""
        segments.delete_segment(self._to_change().pk)
        return ApiResponse(status=status.HTTP_204_NO_CONTENT)

    def _to_change(self) -> Segment:
        segment: Segment = self.get_object()
        if not segments.may_change(segment, self.caller):
            raise PermissionDenied("Somebody who sees all teams made this segment, and changes it.")
        return segment
