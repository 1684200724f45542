from django import forms

from script_builder.models import Language


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
    """The same, to be saved as a template of this name."""

    name = forms.CharField(max_length=200, error_messages={"required": "Name the template."})
