"""The API as a script or a page calls it."""

import json

from django.test import Client

from flowpilot.people import tokens

PROBLEM = "application/problem+json"


class Api:
    """Calls `/api/v1` as somebody, by their browser's session or by a token."""

    def __init__(self, user=None, *, token: str = "", csrf: bool = False):
        self.browser = Client(enforce_csrf_checks=csrf, headers={"authorization": f"Bearer {token}"} if token else None)
        if user:
            self.browser.force_login(user)

    def call(self, method: str, path: str, data=None, **headers):
        """The answer; `data` is sent as JSON, text as it is."""
        body = data if isinstance(data, str | bytes) else "" if data is None else json.dumps(data)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        path = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.browser.generic(method, path, body, content_type="application/json", headers=names)

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, data=None, **headers):
        return self.call("POST", path, {} if data is None else data, **headers)

    def patch(self, path, data=None, **headers):
        return self.call("PATCH", path, {} if data is None else data, **headers)

    def delete(self, path, **headers):
        return self.call("DELETE", path, **headers)


def with_token(user, scope: str = "write") -> Api:
    """The API by a token of this user, without a session."""
    return Api(token=tokens.make(by=user, name="Test", scope=scope, days=1)[1])


def refusal(answer, status: int, code: str = "") -> dict:
    """The problem that was answered, after a look at its shape."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == PROBLEM
    said = answer.json()
    assert set(said) == {"type", "title", "status", "detail", "code", "errors", "present", "reference"}
    assert said["status"] == status and said["detail"] and said["type"].endswith(said["code"])
    assert not code or said["code"] == code, said
    return said
