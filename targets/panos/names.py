"""Names as PAN-OS takes them: letters, digits, and `. _ -`; no word depends on any other but its own text."""

from __future__ import annotations

from segc.model.flows import short_id
from segc.rules.words import MARK, Words

ODD = r"[^A-Za-z0-9._-]"
RULE, OBJECT, ZONE = 63, 63, 31
SUFFIX = 12  # what a rule's or an object's name may have behind it: _ip_v6, _tcp_2
RESERVED = (
    *("any", "none", "application-default", "intrazone-default", "interzone-default", "shared", "predefined"),
    *("service-http", "service-https", "source", "destination", "from", "to", "service", "application"),
)


class Names:
    """One maker of names for each kind of thing that PAN-OS keeps apart."""

    def __init__(self) -> None:
        self.rule = Words(RULE - SUFFIX, ODD, reserved=RESERVED)
        self.object = Words(OBJECT - SUFFIX, ODD, reserved=RESERVED)
        self.service = Words(OBJECT - SUFFIX, ODD, reserved=RESERVED)
        self.zone = Words(ZONE, ODD, reserved=RESERVED)


def readable(identity: str) -> str:
    """A line's id without letters that PAN-OS does not know: `mes>cell.A` is `mes_to_cell.A`.

    Names in a policy are small letters, digits and `-`, so that nothing else comes to be called the same.
    """
    return identity.replace(">", "_to_").replace("*", "ANY").replace("@", "FW-").replace("?", "NOBODY")


def marked(name: str, content: str, longest: int = OBJECT) -> str:
    """A name that changes with what it stands for.

    `set` adds members to a group that is there: one that kept its name would keep its old members, too.
    """
    return f"{name[: longest - MARK - 1]}_{short_id(content, MARK)}"
