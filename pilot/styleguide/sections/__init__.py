"""What the style guide shows, section by section: each example is a template of the product and what it is given."""

from flowpilot.people.models import User
from pilot.styleguide.sections import fix, pages, scripts, talk
from pilot.styleguide.sections.cast import Cast
from pilot.styleguide.staging import Section

ORDER = [
    pages.messages,
    pages.fields,
    pages.lists,
    talk.chat,
    talk.tasks,
    fix.banner,
    fix.dialogs,
    scripts.builder,
    scripts.library,
    pages.record,
    pages.figures,
    pages.around,
]


def sections(viewer: User) -> list[Section]:
    """All of them, in the order of the page."""
    cast = Cast(viewer)
    return [section(cast) for section in ORDER]
