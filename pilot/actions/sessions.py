import uuid

from django.db import IntegrityError, transaction

from flowpilot.people.models import User
from pilot.actions import messages
from pilot.actions.closing import outdated
from pilot.actions.record import Via, hold_open, write
from pilot.models import AISession, SessionEvent

FIRST_MESSAGE = "problem"


@transaction.atomic
def open_session(
    *,
    by: User,
    title: str,
    problem: str = "",
    client: str = "",
    ticket_ref: str = "",
    device: str = "",
    operating_system: str = "",
    key: str = "",
    via: Via = Via.PERSON,
) -> AISession:
    """Opens a session for a ticket; a problem that is given is the first message, so the assistant begins at once.

    The same ticket sent again by the same user with the same `key`, as a double click does, is the same session.
    """
    ticket = {
        "title": title,
        "problem": problem,
        "client": client,
        "ticket_ref": ticket_ref,
        "device": device,
        "operating_system": operating_system,
    }
    # Of the user too, so that nobody can ask for an id that is another's.
    pk = uuid.uuid5(by.pk, repr([key, *ticket.values()])) if key else uuid.uuid4()
    try:
        with transaction.atomic():
            session = AISession.objects.create(pk=pk, account=by.account, owner=by, **ticket)
    except IntegrityError:
        return AISession.objects.get(pk=pk)
    write(session, SessionEvent.Kind.SESSION_OPENED, by=by, via=via)
    if problem.strip():
        messages.post(session=session, by=by, text=problem, key=FIRST_MESSAGE)
    return session


@transaction.atomic
def edit(*, session: AISession, by: User, changes: dict, seen: int | None = None, via: Via = Via.PERSON) -> None:
    """Corrects what is said of the ticket; what is the same already is no change.

    `seen` is the `state_version` that was shown. Raises WrongState where the session is closed, or moved on since.
    """
    hold_open(session, changes=False)
    session.refresh_from_db(fields=["state_version", *changes])
    if seen not in (None, session.state_version):
        raise outdated()
    changes = {name: value for name, value in changes.items() if getattr(session, name) != value}
    if changes:
        hold_open(session)
        AISession.objects.filter(pk=session.pk).update(**changes)
        write(session, SessionEvent.Kind.SESSION_EDITED, by=by, via=via, fields=sorted(changes))
