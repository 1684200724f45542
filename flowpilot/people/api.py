"""People through the API: who asks, and the colleagues whom a session can be handed to."""

from typing import Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import ConfigDict

from flowpilot.people.callers import ApiRequest, Guard
from flowpilot.people.models import User
from flowpilot.web.schemas import Out, Page, Paging, example, page

router = Router(tags=["People"])
USER = {"id": "018f6c1e-0000-4000-8000-000000000002", "name": "Alice Reyes", "username": "alice", "role": "engineer"}


class UserOut(Out):
    """Somebody of the account."""

    model_config = ConfigDict(json_schema_extra=example(**USER))

    id: UUID
    name: str
    username: str
    role: Literal["engineer", "admin", "viewer"]

    @classmethod
    def of(cls, user: User) -> "UserOut":
        """This user."""
        return cls(id=user.pk, name=str(user), username=user.username, role=user.role)


class UserPage(Page):
    """Some of the people, by user name."""

    model_config = ConfigDict(json_schema_extra=example(items=[USER], next=None))

    items: list[UserOut]


@router.get("/me", response=UserOut, auth=Guard())
def me(request: ApiRequest):
    """Who asks: the user of the token, or whoever is signed in."""
    return UserOut.of(request.caller)


@router.get("/people", response=UserPage, auth=Guard())
def list_people(request: ApiRequest, paging: Query[Paging]):
    """The people of the account, without those who were deactivated, by user name."""
    people = User.objects.filter(account=request.caller.account_id, is_active=True)
    return page(request, people, paging, ("username", "id"), UserOut.of)
