import uuid

from django import forms
from django.utils.text import Truncator

from flowpilot.web.lines import OneLine, one_line
from pilot.models import AISession

TITLE = 90  # characters of the problem's first line that make a title; more is cut off in every list


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
        fields = ["problem", "title", "client", "ticket_ref", "device", "operating_system"]
        field_classes = dict.fromkeys({*fields} - {"problem"}, OneLine)
        labels = {"problem": "Problem", "operating_system": "Operating system"}
        help_texts = {
            "problem": "In your own words, or pasted from the ticket. The assistant starts from this.",
            "title": "Left empty, it is the first line of the problem.",
        }
        widgets = {"problem": forms.Textarea(attrs={"rows": 6, "autofocus": True})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        # A paste that is too long is refused with its words; a browser would cut off its end and say nothing.
        self.fields["problem"].widget.attrs.pop("maxlength", None)

    def clean_problem(self):
        """Line ends as the record keeps them."""
        return self.cleaned_data["problem"].replace("\r\n", "\n")

    def clean(self):
        """The title, where none was given, from the problem."""
        ticket = super().clean()
        if not ticket.get("title") and not self.errors:
            if not ticket["problem"].strip():
                raise forms.ValidationError({"problem": "Say what the problem is, or give the session a title."})
            ticket["title"] = Truncator(one_line(ticket["problem"].strip().splitlines()[0])).chars(TITLE)
        return ticket
