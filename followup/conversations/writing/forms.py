"""The form that writes a mail: types and shapes; the service checks what it means."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from followup.conversations.files.storing import NewFile
from followup.conversations.models import Attachment, Message
from followup.conversations.writing.services import MOST_BYTES, MOST_FILES, SUBJECT_LENGTH, TEXT_LENGTH, Draft
from nps_project.common import dates
from nps_project.common.text import TextField

_MOST_READ = MOST_BYTES + 1  # of one file: enough to know that it is too large


class FilesInput(forms.FileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class MailForm(forms.Form):
    """A mail to the customer. `kept`: files of an earlier mail of the ticket that go along, all unless unticked."""

    subject = TextField(label=_("Subject"), max_length=SUBJECT_LENGTH)
    text = TextField(label=_("Mail"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 12}))
    attached = forms.Field(
        label=_("Files"),
        required=False,
        help_text=format_lazy(
            _("At most {files} files and {size} MB together; no programs."), files=MOST_FILES, size=MOST_BYTES // 2**20
        ),
        widget=FilesInput,
    )
    send_at = dates.TimeField(label=_("Send it at"), required=False)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)  # the newest message on the page

    def __init__(self, *args: Any, kept: list[Attachment] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept or []
        for name in ("subject", "text"):
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["text"].widget.attrs["data-first"] = ""  # where a key that opens the form leads

    def kept_ids(self) -> list[int]:
        """The ticked files; those of a form that was not sent yet are all ticked."""
        if not self.is_bound:
            return [one.pk for one in self.kept]
        ticked = self.data.getlist("kept") if hasattr(self.data, "getlist") else []
        return [int(one) for one in ticked[:MOST_FILES] if one.isascii() and one.isdigit() and len(one) < 19]

    def see(self, messages: Sequence[Message]) -> None:
        """Sent again, it goes: its writer has seen these messages now."""
        data: Any = self.data
        data = data.copy()  # what was posted cannot be changed
        data["seen"] = str(max(one.pk for one in messages))
        self.data = data

    def draft(self) -> Draft:
        """What was written; for a valid form."""
        data = self.cleaned_data
        given = self.files.getlist("attached") if hasattr(self.files, "getlist") else []
        files = [NewFile(one.name or "", one.read(_MOST_READ)) for one in given]
        return Draft(data["subject"], data["text"], data["send_at"], files, self.kept_ids(), data["seen"])
