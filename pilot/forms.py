import uuid

from django import forms

from flowpilot.web.lines import OneLine
from pilot.models import AISession


class SessionForm(forms.ModelForm):
    """What the engineer says of a ticket when a session is opened; `key` makes a repeated send harmless."""

    key = forms.CharField(
        max_length=64,
        required=False,
        initial=lambda: uuid.uuid4().hex,
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = AISession
        fields = ["title", "problem", "client", "ticket_ref", "device", "operating_system"]
        field_classes = dict.fromkeys({*fields} - {"problem"}, OneLine)
        labels = {"problem": "Problem", "operating_system": "Operating system"}
        help_texts = {
            "title": "One line, as it stands on the ticket.",
            "problem": "In your own words. The assistant starts from this.",
        }
        widgets = {"problem": forms.Textarea(attrs={"rows": 6})}
        error_messages = {"title": {"required": "Give the session a title."}}

    def clean_problem(self):
        """Line ends as the record keeps them."""
        return self.cleaned_data["problem"].replace("\r\n", "\n")
