"""Problems to begin with where no ticket is at hand: shown to who has opened no session yet, and in the demo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A ticket as somebody might have written it."""

    title: str
    problem: str
    client: str
    device: str
    operating_system: str


SAMPLES = (
    Sample(
        "Laptop has no space left",
        "My laptop is super slow and says there is no space left on C:. I cannot even save a Word file.",
        "Northgate Dental Group",
        "NDG-LT-11",
        "Windows 11",
    ),
    Sample(
        "Nothing prints at the front desk",
        "Nobody at the front desk can print. The jobs sit in the queue, and deleting them does nothing.",
        "Redwood Veterinary",
        "RV-FRONT-02",
        "Windows 10",
    ),
    Sample(
        "Kicked out of the account again",
        "She has been kicked out of her account again, the third time today, with the right password.",
        "Ostrander Architects",
        "OA-WS-18",
        "Windows 11",
    ),
    Sample(
        "Web server out of disk space",
        "df says / is 98 % full on the Ubuntu web server. It cannot write its logs any more.",
        "Calloway & Finch Legal",
        "CF-WEB02",
        "Ubuntu 24.04",
    ),
)
