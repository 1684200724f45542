"""A server process killed while it writes a reply, seen by somebody who just waits at the page."""

import re
import signal
from datetime import timedelta

import pytest
from django.db import connection, models
from django.db.models.functions import Now
from playwright.sync_api import expect

from flowpilot.replies.models import Reply
from tests.factories.pilot import make_session
from tests.journeys.steps import Workbench
from tests.replies.servers import Server, free_port


@pytest.fixture
def start(orm, tmp_path):
    """`start()` starts a server process, always at the same address."""
    port, servers = free_port(), []

    def start() -> Server:
        database = orm(lambda: connection.settings_dict["NAME"])
        servers.append(Server(tmp_path, database, "tests.journeys.served", port))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.end()


def test_nothing_that_was_shown_is_missing_after_a_kill(start, browser, faults, orm, owner, signed_in):
    server = start()
    address = f"http://127.0.0.1:{server.port}"
    context = signed_in(owner, browser.new_context(base_url=address), address)
    faults.watch(context)
    faults.expect("net::ERR_")
    # What the page asks by itself, where the second start takes long.
    faults.allow("Failed to fetch")
    session = orm(lambda: make_session(owner))
    desk = Workbench(context.new_page()).goes_to(session)
    reply = desk.page.locator(".reply").first
    label = reply.locator("[data-reply-label]")
    desk.says("Count, please.")
    expect(reply).to_contain_text("Line 30.")

    server.end(signal.SIGKILL)
    expect(label).to_contain_text("Connection lost")
    shown = _lines(reply)
    # The fifteen seconds of the lease, without waiting for them.
    past = models.ExpressionWrapper(Now() - timedelta(seconds=1), output_field=models.DateTimeField())
    orm(lambda: Reply.objects.update(lease_until=past))
    again = start()
    expect(label).to_have_text("Interrupted")
    expect(desk.page.get_by_role("button", name="Stop")).to_be_hidden()
    kept = _lines(reply)
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= len(shown) >= 30
    desk.page.reload()
    expect(label).to_have_text("Interrupted")
    assert _lines(reply) == kept

    desk.presses("Retry", desk.page)
    second = desk.page.locator(".reply").nth(1)
    expect(second).to_contain_text("Line 3.")
    again.release.touch()
    expect(second).to_contain_text("The end.")
    expect(second).to_have_attribute("data-reply", "done")
    assert orm(lambda: list(Reply.objects.values_list("state", flat=True))) == ["interrupted", "done"]
    context.close()


def _lines(reply) -> list[int]:
    return [int(number) for number in re.findall(r"Line (\d+)\.", reply.inner_text())]
