"""What no address reaches: the rule, asked of what stands behind another question or takes effect only later."""

from types import SimpleNamespace

import pytest
from django.contrib import admin

from flowpilot.people.models import Role
from pilot import access, context
from pilot.host import PilotHost
from pilot.replies import may_still_ask
from tests.access.asking import taken_back
from tests.access.cast import ACTORS, MARKS

pytestmark = pytest.mark.django_db
# The assistant asks for people, whether they have a browser open or not.
PEOPLE = [actor for actor in ACTORS if actor.user and not actor.token]


def test_nobody_works_a_session_of_another_account(cast):
    """Whoever may work it sees it, so this is never asked without; it holds alone, too."""
    session = cast.worlds["owner"].session
    for role in Role.values:
        stranger = _now(cast.people["stranger"])
        stranger.role = role
        assert not access.may_work(stranger, session)


@pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: actor.name)
def test_what_was_asked_for_takes_effect_only_for_whoever_may_still_ask(cast, actor):
    for name in MARKS:
        with taken_back():
            actor.given(cast)
            user, session = _now(cast.people[actor.user]), _now(cast.worlds[name].session)
            expected = actor.writes and not actor.nobody and name in actor.works
            assert may_still_ask(user, session) is expected, name


@pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: actor.name)
def test_the_drafting_assistant_is_told_of_a_session_only_what_its_user_sees(cast, actor):
    for name, mark in MARKS.items():
        with taken_back():
            actor.given(cast)
            drafting = _now(cast.worlds[name].inline)
            # Its title is a copy, which its user has anyway.
            drafting.user, drafting.title = _now(cast.people[actor.user]), ""
            assert (f"{mark}Ticket" in str(PilotHost().brief(drafting))) is (name in actor.sees), name


@pytest.mark.parametrize("actor", [one for one in PEOPLE if not one.nobody], ids=lambda actor: actor.name)
def test_a_saved_template_is_linked_only_to_a_fix_that_its_user_may_work(cast, actor):
    for name in MARKS:
        with taken_back():
            actor.given(cast)
            drafting, version = _now(cast.worlds[name].inline), cast.worlds[name].template.newest
            PilotHost().template_saved(drafting, version, _now(cast.people[actor.user]), "person")
            linked = _now(cast.worlds[name].fix).script_template_id is not None
            assert linked is (actor.writes and name in set(actor.works) - set(actor.handed_away)), name


def test_what_waits_in_an_account_that_one_left_is_not_counted(cast):
    owner = next(actor for actor in ACTORS if actor.name == "moved to another account")
    assert context.count(_now(cast.people[owner.user])) > 0
    with taken_back():
        owner.given(cast)
        assert context.count(_now(cast.people[owner.user])) == 0


@pytest.mark.parametrize("name", ["owner", "viewer"])
def test_nothing_in_admin_is_for_who_is_no_admin(cast, name):
    """Admin as a whole lets nobody else in, so this is never asked; it holds alone, too."""
    request = SimpleNamespace(user=cast.people[name])
    assert not [
        one
        for one in admin.site._registry.values()
        if one.has_view_permission(request) or one.has_change_permission(request)
    ]


def _now(row):
    return type(row).objects.get(pk=row.pk)
