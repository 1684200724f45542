"""The built-in assistant's second job: it drafts scripts. All it knows it reads from the conversation."""

import re
from dataclasses import dataclass

from flowpilot.ai.drafting import bash, batch, comments, plan, powershell, python, wording
from flowpilot.ai.drafting.model import FENCES, Script, Wishes
from flowpilot.ai.drafting.requests import Request, read
from flowpilot.ai.port import Conversation

RENDERERS = {"powershell": powershell.render, "bash": bash.render, "python": python.render, "batch": batch.render}
BLOCK = re.compile(rf"^```({'|'.join(FENCES.values())})\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
TALK = ("greeting", "thanks", "wait", "explain", "why", "safe", "failed")


def render(script: Script) -> str:
    """The script in its language."""
    return RENDERERS[script.language](script)


@dataclass(frozen=True, slots=True)
class State:
    """Where the requests so far have led: the wishes, the last request, and what came of it."""

    wishes: Wishes
    request: Request | None
    notes: list[plan.Note]


def reply(conversation: Conversation) -> str:
    """The reply to the last message: Markdown, with one fenced block where a script is offered."""
    subject = plan.Subject.of(conversation)
    drafts = _drafts(conversation)
    state = _state(conversation, subject, drafts)
    wishes, request = state.wishes, state.request
    if request and not request.changes and request.about in TALK:
        return _talk(subject, wishes, request.about, bool(drafts))
    if request and not state.notes and not request.about and drafts:
        return wording.not_understood(subject, wishes)
    if drafts and state.notes and not any(note.done for note in state.notes):
        return wording.notes(state.notes, request.unused)
    return _drafted(subject, state, drafts)


def _drafted(subject: plan.Subject, state: State, drafts: list[tuple[str, str]]) -> str:
    wishes = state.wishes
    text = render(plan.script(subject, wishes))
    before = [wording.OWN_TEXT] if _is_own(subject, drafts) else []
    if not drafts:
        before += [wording.not_offered(subject), wording.introduction(subject, wishes), wording.tried(subject)]
    before += [wording.notes(state.notes, state.request.unused if state.request else ())]
    after = [wording.assumed(subject, wishes)]
    if not drafts:
        after.append(f"You can ask me to change it: {wording.offer(subject, wishes)}. {wording.EDITOR}")
    elif subject.recipe is None:
        before.append("It is still a scaffold, not a solution.")
    elif not state.notes:
        before.append(wording.introduction(subject, wishes))
    return "\n\n".join(part for part in (*before, wording.fenced(text, wishes.language), *after) if part)


def _talk(subject: plan.Subject, wishes: Wishes, about: str, drafted: bool) -> str:
    if about == "explain":
        return wording.explained(subject, wishes)
    if about == "why":
        return wording.why(subject)
    if about == "failed":
        return wording.FAILED
    return wording.risk(subject, wishes) if about == "safe" else wording.courtesy(subject, about, drafted)


def _drafts(conversation: Conversation) -> list[tuple[str, str]]:
    """The scripts that were offered so far, each with its language."""
    tags = {tag: language for language, tag in FENCES.items()}
    said = (message.text for message in conversation.messages if message.role == "assistant")
    return [(tags[found[1]], found[2]) for text in said for found in BLOCK.finditer(text)]


def _is_own(subject: plan.Subject, drafts: list[tuple[str, str]]) -> bool:
    """Whether the editor holds what neither the scaffold nor a draft of ours put there."""
    buffer = subject.draft.buffer
    if comments.only(buffer, subject.draft.language):
        return False
    return buffer.strip() not in [text.strip() for _, text in drafts]


def _state(conversation: Conversation, subject: plan.Subject, drafts: list[tuple[str, str]]) -> State:
    """Plays all requests through, oldest first: what an earlier one asked for holds until it is taken back."""
    # The first draft's language, not the editor's: that may be another one since.
    start = subject.starts_as(drafts[0][0] if drafts else subject.draft.language)
    history, notes, request = [start], [], None
    for message in conversation.messages:
        if message.role != "user":
            continue
        request = read(message.text, subject.words)
        wishes, notes = history[-1], []
        if request.about == "undo":
            notes = [_undone(history)]
            continue
        if request.about == "reset":
            wishes, notes = start, [plan.Note("This is the first draft again.", done=True)]
        for change in request.changes:
            wishes, note = plan.apply(subject, wishes, change)
            notes.append(note)
        if wishes != history[-1]:
            history.append(wishes)
    last = conversation.messages[-1].role if conversation.messages else ""
    return State(history[-1], request if last == "user" else None, notes if last == "user" else [])


def _undone(history: list[Wishes]) -> plan.Note:
    if len(history) == 1:
        return plan.Note("There is no change to take back.")
    history.pop()
    return plan.Note("The last change is taken back.", done=True)
