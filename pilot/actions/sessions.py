import uuid

from django.db import IntegrityError, transaction

from flowpilot.people.models import User
from pilot.actions import messages
from pilot.actions.record import Via, write
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
