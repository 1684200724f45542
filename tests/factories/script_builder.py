import factory

from script_builder.models import Origin, ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion
from script_builder.words import index
from tests.factories.people import UserFactory


class DraftingFactory(factory.django.DjangoModelFactory):
    """A standalone drafting session with something written in it."""

    class Meta:
        model = ScriptBuilderSession

    user = factory.SubFactory(UserFactory)
    account = factory.SelfAttribute("user.account")
    title = factory.Sequence(lambda n: f"Script {n}")
    buffer = "Get-Service Spooler\n"


class InlineFactory(DraftingFactory):
    """The inline drafting session of `user` in `ai_session`, untouched."""

    origin = Origin.PILOT_INLINE
    buffer = scaffold = "# Restart it\n\n"


class TemplateFactory(factory.django.DjangoModelFactory):
    """A published template of version 1."""

    class Meta:
        model = ScriptTemplate
        skip_postgeneration_save = True

    created_by = factory.SubFactory(UserFactory)
    account = factory.SelfAttribute("created_by.account")
    name = factory.Sequence(lambda n: f"Template {n}")
    status = ScriptTemplate.Status.PUBLISHED

    @factory.post_generation
    def text(template, create, text, parameters=None, **kwargs):
        ScriptTemplateVersion.objects.create(
            template=template,
            number=1,
            text=text or "Restart-Service Spooler\n",
            parameters=parameters or {},
            created_by=template.created_by,
        )
        index(template)
