from script_builder.models.language import Language
from script_builder.models.message import ScriptBuilderMessage
from script_builder.models.session import Origin, ScriptBuilderSession
from script_builder.models.template import Risk, RunAs, ScriptTemplate, ScriptTemplateVersion
from script_builder.models.word import TemplateWord

__all__ = [
    "Language",
    "Origin",
    "Risk",
    "RunAs",
    "ScriptBuilderMessage",
    "ScriptBuilderSession",
    "ScriptTemplate",
    "ScriptTemplateVersion",
    "TemplateWord",
]
