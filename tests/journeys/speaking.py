"""An assistant that says what a journey chooses, and waits where the journey wants to look."""

import asyncio
import threading


class Speaker:
    """Says `says` piece by piece in every conversation; at an event among them it waits until that is set."""

    name = "Speaker"
    says = ()

    async def reply(self, conversation):
        """The same in every conversation."""
        for piece in self.says:
            if isinstance(piece, threading.Event):
                while not piece.is_set():
                    await asyncio.sleep(0.01)
            else:
                yield piece


def in_pieces(text: str, size: int) -> list[str]:
    """The text, so many characters at a time."""
    return [text[start : start + size] for start in range(0, len(text), size)]
