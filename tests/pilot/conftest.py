import pytest
from django.test import Client

from tests.factories.pilot import PARAMETERS, SCRIPT, SECRET_SCRIPT, make_fix, make_session, make_template


@pytest.fixture
def session(owner):
    """The owner's open session, in which nothing was said yet."""
    return make_session(owner)


@pytest.fixture
def fix(session):
    """A fix that is proposed, with neither template nor draft."""
    return make_fix(session)


@pytest.fixture
def template(owner):
    return make_template(owner)


@pytest.fixture
def template_fix(session, template):
    """A fix that is proposed with a template without parameters."""
    return make_fix(session, template=template)


@pytest.fixture
def draft_fix(session):
    """A fix that is proposed with a drafted script."""
    return make_fix(session, script=SCRIPT)


@pytest.fixture
def secret_template_fix(session, owner):
    """A fix whose template asks for a computer and a password."""
    return make_fix(session, template=make_template(owner, SECRET_SCRIPT, PARAMETERS))


@pytest.fixture
def secret_draft_fix(session):
    """A fix whose drafted script asks for a computer and a password."""
    return make_fix(session, script=SECRET_SCRIPT, parameters=PARAMETERS)


@pytest.fixture
def htmx_of():
    """`htmx_of(user)`: a browser whose requests come from htmx."""

    def signed_in(user) -> Client:
        browser = Client(headers={"hx-request": "true"})
        browser.force_login(user)
        return browser

    return signed_in


@pytest.fixture
def htmx(htmx_of, owner):
    """The owner's browser, with htmx."""
    return htmx_of(owner)
