from django import forms

from flowpilot.web.lines import OneLine
from script_builder.models import Language, ScriptTemplate, TemplateWord


class BufferForm(forms.Form):
    """What an editor holds, and the revision that it began from."""

    text = forms.CharField(strip=False, required=False)
    revision = forms.IntegerField(min_value=0)
    language = forms.ChoiceField(choices=Language, required=False)


class LanguageForm(BufferForm):
    """The same, to go on in this language."""

    language = forms.ChoiceField(choices=Language)


class MessageForm(forms.Form):
    """A message to an assistant; `key` makes a repeated send harmless."""

    text = forms.CharField(
        strip=False,
        max_length=50_000,
        error_messages={
            "required": "Write a message first.",
            "max_length": "That is too long for one message: %(show_value)s of %(limit_value)s characters.",
        },
    )
    key = forms.CharField(max_length=64)

    def clean_text(self):
        """Line ends as the record keeps them; a message of blanks is none."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError("Write a message first.")
        return text


class TemplateForm(BufferForm):
    """The same, to be saved as a template of this name, or as the next version of the one it came from."""

    name = OneLine(max_length=200, error_messages={"required": "Name the template."})
    note = OneLine(max_length=200, required=False)
    made_from = forms.IntegerField(min_value=1, required=False)
    publish = forms.BooleanField(required=False)
    as_new = forms.BooleanField(required=False)


class NewSessionForm(forms.Form):
    """A new standalone session; `instead_of` is one that is deleted for it."""

    title = OneLine(max_length=200, error_messages={"required": "Say in a few words what the script does."})
    language = forms.ChoiceField(choices=Language)
    template = forms.UUIDField(required=False)
    number = forms.IntegerField(min_value=1, required=False)
    instead_of = forms.UUIDField(required=False)


class RenameForm(forms.Form):
    """Another name for a session."""

    title = OneLine(max_length=200, error_messages={"required": "Give it a name."})


class DetailsForm(forms.ModelForm):
    """What is said of a template beside its script."""

    MOST_TAGS = 12

    tags = OneLine(
        required=False, max_length=600, help_text="Separated by commas, such as printer, spooler. At most 12."
    )

    class Meta:
        model = ScriptTemplate
        fields = ["name", "description", "category", "tags", "run_as", "risk", "needs_admin", "reboots"]
        field_classes = {"name": OneLine, "category": OneLine}
        labels = {"run_as": "Runs as", "needs_admin": "Needs administrator rights", "reboots": "Restarts the computer"}
        help_texts = {"description": "What it does, and when to use it. It is found by these words."}
        widgets = {"description": forms.Textarea(attrs={"rows": 4}), "category": forms.TextInput()}
        error_messages = {"name": {"required": "Name the template."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_tags(self):
        """The tags as a list, each once."""
        tags = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["tags"].split(",")))))
        if len(tags) > self.MOST_TAGS:
            raise forms.ValidationError(f"At most {self.MOST_TAGS} tags.")
        if any(len(tag) > TemplateWord.LONGEST for tag in tags):
            raise forms.ValidationError(f"A tag has at most {TemplateWord.LONGEST} characters.")
        return tags

    def clean_description(self):
        """Line ends as the record keeps them."""
        return self.cleaned_data["description"].replace("\r\n", "\n")
