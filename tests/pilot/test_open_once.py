"""A ticket that is sent twice is opened once."""

import re

import pytest
from django.urls import reverse

from pilot.models import AISession

pytestmark = pytest.mark.django_db


def form_of(client):
    page = client.get(reverse("pilot:session_new")).content.decode()
    return {
        "title": "No sound",
        "problem": "Silent since Monday",
        "key": re.search(r'name="key" value="(\w+)"', page)[1],
    }


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_form_sent_again_is_the_same_session(client, owner, times):
    client.force_login(owner)
    form = form_of(client)
    answers = {client.post(reverse("pilot:session_new"), form).url for _ in range(times)}
    session = AISession.objects.get()
    assert answers == {session.get_absolute_url()}
    assert session.messages.filter(role="user").count() == 1
    assert session.events.count() == 1


def test_another_ticket_another_form_and_another_user_are_other_sessions(client, owner, admin):
    client.force_login(owner)
    form = form_of(client)
    client.post(reverse("pilot:session_new"), form)
    client.post(reverse("pilot:session_new"), form | {"title": "No picture"})
    client.post(reverse("pilot:session_new"), form_of(client))
    client.force_login(admin)
    client.post(reverse("pilot:session_new"), form)
    assert AISession.objects.count() == 4
    assert AISession.objects.filter(owner=admin).count() == 1
