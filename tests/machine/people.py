"""The people of the machine, in words: who they are, and what that lets them do in the owner's session."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody who sends requests. With a `token` they are `name`'s program, in the API alone."""

    name: str
    role: str = "engineer"
    account: str = "ours"
    token: str = ""


OWNER = Person("owner")
SECOND = Person("second")
TEAMMATE = Person("teammate")
ADMIN = Person("admin", role="admin")
VIEWER = Person("viewer", role="viewer")
STRANGER = Person("stranger", account="theirs")
WRITING = Person("owner", token="write")
READING = Person("owner", token="read")

BROWSING = [OWNER, SECOND, TEAMMATE, ADMIN, VIEWER, STRANGER]
EVERYBODY = [*BROWSING, WRITING, READING]
