import pytest

from flowpilot.people.models import Role
from pilot.models import AISession, SuggestedFix
from tests.factories.script_builder import DraftingFactory, InlineFactory


@pytest.fixture
def ai_session(account, owner):
    return AISession.objects.create(account=account, owner=owner, title="Printer offline")


@pytest.fixture
def fix(ai_session):
    return SuggestedFix.objects.create(session=ai_session, title="Restart the spooler", description="Restart it.")


@pytest.fixture
def drafting(owner):
    """The owner's standalone session."""
    return DraftingFactory(user=owner, title="Map a printer")


@pytest.fixture
def inline(owner, ai_session, fix):
    """The owner's inline session for the fix."""
    return InlineFactory(user=owner, ai_session=ai_session, source_fix=fix)


@pytest.fixture
def as_reader(client_of, owner):
    """The owner after an admin made them a viewer: what is theirs is still there to read."""

    def reading():
        owner.role = Role.VIEWER
        owner.save()
        return client_of(owner)

    return reading
