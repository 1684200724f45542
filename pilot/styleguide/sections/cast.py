from flowpilot.people.models import User
from pilot.styleguide import things

LONG = "nobody on the second floor can print since the update of Tuesday, and deleting the jobs does nothing"


class Cast:
    """The people and rows that several sections show."""

    def __init__(self, viewer: User):
        self.viewer = viewer
        self.maya = things.person("Maya Lindqvist", viewer.account)
        self.jonas = things.person("Jonas Okafor", viewer.account)
        self.session = things.session(self.maya)
        self.given = {"session": self.session, "works": True, "may_work": True}
        self.template = things.template(self.maya)
        self.first = things.version(self.template)
        self.second = things.version(self.template, 2, things.LONGER, "Says which jobs are left")
