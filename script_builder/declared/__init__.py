"""The parameters that a script declares itself, and the same script with a placeholder in each one's place."""

from script_builder.declared.reading import Reading, read, render_draft

__all__ = ["Reading", "read", "render_draft"]
