"""What the API says of itself is true: schemathesis asks each operation for what is allowed and for what is not."""

import json
import re

import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from flowpilot.api import api as product
from flowpilot.people import tokens
from flowpilot.wsgi import application
from tests.conventions import world as worlds

SCHEMA = json.loads(json.dumps(product.get_openapi_schema()))
OPERATIONS = [
    pytest.param(path, method, id=f"{method} {path}") for path, methods in SCHEMA["paths"].items() for method in methods
]
# What a schema allows may still be refused for how things stand, or by a rule that no schema can say.
BEYOND_A_SCHEMA = {"positive_data_acceptance"}
# About several requests at once, or about other callers: tests of ours, with other people in them.
OTHERWISE = {"use_after_free", "ensure_resource_availability", "ignored_auth", "object_level_authorization"}


def referred(schema: dict) -> dict:
    name = schema["$ref"].rpartition("/")[2]
    return SCHEMA["components"]["schemas"][name]


def bodies(operation: dict) -> list[dict]:
    """The schemas of what is sent and of what is answered when all is well."""
    sent = [operation["requestBody"]] if "requestBody" in operation else []
    answered = [answer for status, answer in operation["responses"].items() if status in ("200", "201")]
    return [body["content"]["application/json"]["schema"] for body in sent + answered]


@pytest.mark.parametrize("path, method", OPERATIONS)
def test_each_operation_is_described_with_examples_that_hold(path, method):
    operation = SCHEMA["paths"][path][method]
    assert operation["description"].endswith(".") or "\n" in operation["description"]
    assert operation["tags"]
    for schema in bodies(operation):
        [example] = referred(schema)["examples"]
        jsonschema_rs.validator_for({**schema, "components": SCHEMA["components"]}).validate(example)


def test_names_are_unique():
    names = [operation["operationId"] for methods in SCHEMA["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_it_is_openapi_3_1_and_for_who_is_signed_in(api, client):
    answer = api.get("/openapi.json")
    assert answer.json()["openapi"].startswith("3.1") and answer.json()["paths"].keys() == SCHEMA["paths"].keys()
    assert client.get("/api/v1/openapi.json").status_code == 401
    assert client.get("/api/docs/").status_code == 302


def test_the_product_lists_its_endpoints():
    """Those that must be exactly so."""
    fix = "/api/v1/ai-sessions/{session_id}/suggested-fixes/{fix_id}"
    wanted = {
        ("patch", f"{fix}/script"), ("post", f"{fix}/apply"), ("post", f"{fix}/decision"),
        ("patch", f"{fix}/outcome"), ("post", f"{fix}/correct"), ("delete", f"{fix}/ai-outcome-proposal"),
        ("post", "/api/v1/script-builder/sessions"), ("get", "/api/v1/script-builder/sessions"),
    }  # fmt: skip
    assert wanted <= {(method, path) for path, methods in SCHEMA["paths"].items() for method in methods}


@pytest.fixture
def in_one_connection():
    """Lets the application be asked inside the test's transaction, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def asked(account, owner, settings, in_one_connection):
    """The product as the owner's token sees it, with one row of everything."""
    settings.API_WRITES_PER_MINUTE = settings.API_ACCOUNT_WRITES_PER_MINUTE = 1_000_000
    settings.API_READS_PER_MINUTE = settings.REPLIES_PER_HOUR = 1_000_000
    world = worlds.build(account, owner)
    world.bearer = tokens.make(by=owner, name="Test", scope="write", days=1)[1]
    loaded = schemathesis.openapi.from_dict(SCHEMA)
    loaded.app = application
    loaded.config.update(base_url="http://localhost")
    return loaded, world


load_all_checks()
CHECKED = [
    check
    for name in CHECKS.get_all_names()
    if name not in BEYOND_A_SCHEMA | OTHERWISE
    for check in CHECKS.get_by_names([name])
]


@pytest.mark.django_db
@pytest.mark.parametrize("path, method", OPERATIONS)
def test_schemathesis_finds_nothing(asked, path, method):
    schema, world = asked
    operation = schema[path][method]
    ids = {name: value for name in re.findall(r"{(\w+)}", path) for value in [worlds.known("/api/", name, world)]}
    ids = {name: int(value) if name == "number" else value for name, value in ids.items()}
    # Asked in this process, Schemathesis does not unpack what it says that it takes.
    plain = {"Host": "localhost", "Accept-Encoding": "identity"}
    headers = {"Authorization": f"Bearer {world.bearer}"} | plain
    modes = st.sampled_from(list(GenerationMode))
    # Mostly what is there: an id that is made up is soon answered.
    real, made_up = (lambda mode: operation.as_strategy(mode, path_parameters=ids)), operation.as_strategy
    cases = modes.flatmap(lambda mode: st.one_of(real(mode), real(mode), real(mode), made_up(mode)))

    @settings(
        max_examples=6, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def nothing_is_found(case):
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=CHECKED)
            transaction.set_rollback(True)

    nothing_is_found()
