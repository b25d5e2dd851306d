"""One form and one thank-you."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tests.bench.plain.models import Answer


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]  # not a generic class when it runs
    """All that a customer fills in."""

    score = forms.TypedChoiceField(choices=[(n, n) for n in range(11)], coerce=int, widget=forms.RadioSelect)

    class Meta:
        model = Answer
        fields = ("score", "comment", "contact_name", "contact_email", "contact_phone")


def survey(request: HttpRequest) -> HttpResponse:
    """The page, and what is sent from it."""
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("thanks")
    return render(request, "plain/survey.html", {"form": form, "brand": "Nordlys"})


def thanks(request: HttpRequest) -> HttpResponse:
    """After an answer."""
    return render(request, "plain/base.html", {"brand": "Nordlys"})
