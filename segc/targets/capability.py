"""What a plant needs and a target lacks: found before anything is rendered, with the line that needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import Diagnostic, finding, replacement
from segc.lang.suggest import nearest
from segc.model.addresses import FAMILIES
from segc.model.plant import ENFORCE, ICMP, ICMP6
from segc.targets import registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.model.plant import Firewall, Plant
    from segc.rules.ir import Rule, RuleSet
    from segc.rules.place import Placement
    from segc.targets.manifest import Manifest


def known_targets(plant: Plant) -> Iterator[Diagnostic]:
    """Every firewall's target exists."""
    names = registry.names()
    for firewall in plant.firewalls.values():
        if firewall.target not in names:
            close = nearest(firewall.target, names)
            fixes = (replacement(firewall.target_span, close, safe=False),) if close else ()
            message = f"no target is called `{firewall.target}`"
            help_text = f"the targets are {', '.join(names)}"
            yield finding("unknown-target", message, firewall.target_span, "not known", help=help_text, fixes=fixes)


def place(firewall: Firewall, target: Manifest) -> Iterator[Diagnostic]:
    """A target that is a machine's own firewall stands on a machine, and no other one does (docs/adr/0015)."""
    own = target.can.selects == "host"
    if own and firewall.host is None:
        message = f"{target.name} is a machine's own firewall, and `{firewall.name}` does not say whose"
        help_text = "say it in place of the interfaces: on ZONE.ASSET"
        yield finding("unsupported-by-target", message, firewall.target_span, "asked for here", help=help_text)
    if not own and firewall.host is not None:
        message = f"{target.name} stands between zones, and `{firewall.name}` is the own firewall of a machine"
        owns = [name for name, other in registry.targets().items() if other.can.selects == "host"]
        help_text = f"give it interfaces, or one of these targets: {', '.join(owns)}"
        yield finding("unsupported-by-target", message, firewall.target_span, "asked for here", help=help_text)


def interfaces(firewall: Firewall, target: Manifest) -> Iterator[Diagnostic]:
    """Every interface has a name that the target can have."""
    if target.can.selects == "host":
        return
    for interface in firewall.interfaces:
        if not target.takes_interface(interface.name):
            longest = target.limits.interface
            message = f"`{interface.name}` is no interface name for {target.name}"
            help_text = f"{target.interface_help}: at most {longest} letters, digits and . _ -"
            yield finding("bad-interface-name", message, interface.span, "declared here", help=help_text)


def addresses(firewall: Firewall, target: Manifest) -> Iterator[Diagnostic]:
    """A target that knows its own traffic by address must be told its addresses, or it would be cut off itself."""
    if target.can.own_traffic != "address":
        return
    for interface in firewall.interfaces:
        if not interface.addresses:
            message = f"`{interface.name}` has no address, by which {target.name} would know its own traffic"
            help_text = f"say it behind the zones: interface {interface.name} ZONE 10.0.0.1/24"
            yield finding("interface-without-address", message, interface.span, "declared here", help=help_text)


def needs(rules: RuleSet, target: Manifest) -> Iterator[Diagnostic]:
    """Nothing is asked of the target that it cannot do."""
    firewall = rules.firewall
    if rules.local is not None and not target.can.local_traffic:
        span = firewall.manage[0].span
        message = f"{target.name} cannot filter traffic to the firewall itself"
        yield finding("unsupported-by-target", message, span, "asked for here")
    for rule in _every(rules):
        unsaid = {match.proto for match in rule.matches if match.family in (0, *target.can.families)}
        unsaid -= set(target.can.protocols)
        if target.can.protocols and unsaid:
            message = f"{target.name} has no word for IP protocol {min(unsaid)}"
            yield finding("unsupported-by-target", message, rule.span, "asked for here")
        if not target.can.icmp_types and any(m.proto == ICMP and (m.low > 0 or m.high < 255) for m in rule.matches):
            message = f"{target.name} does not tell types of ICMP apart"
            help_text = "a service of `icmp 0-255` says that all of them are meant"
            yield finding("unsupported-by-target", message, rule.span, "asked for here", help=help_text)
    for pair in rules.pairs:
        if pair.shut and not target.can.shuts:
            message = f"{target.name} cannot stop one grant in {pair.source} -> {pair.target}, which is in monitor"
            help_text = (
                "its rules that stop go before those that permit: promote the conduit, or end it at another place"
            )
            yield finding("unsupported-by-target", message, pair.shut[0].span, "asked for here", help=help_text)
        for rule in pair.rules:
            spoken = any(match.family in (0, 6) for match in rule.matches)
            if rule.sources.v6 and rule.targets.v6 and spoken and not target.can.ipv6:
                message = f"{target.name} has no IPv6"
                yield finding("unsupported-by-target", message, rule.span, "an IPv6 flow")


def _every(rules: RuleSet) -> Iterator[Rule]:
    """The rules that open something, now or later: what has been over needs no words, since the default stops it."""
    for pair in rules.pairs:
        yield from (rule for rule in pair.rules if rule.when != ())
    if rules.local is not None:
        yield from (rule for rule, _ in rules.local.rules)


def lock_out(placement: Placement, rules: RuleSet, families: Sequence[int] = FAMILIES) -> Iterator[Diagnostic]:
    """In enforce, somebody must still be able to manage the firewall, past all others on the way.

    Other firewalls let management through to the addresses of its interfaces (docs/adr/0008), so a firewall
    that does not say its addresses can be managed only by those who need not cross another that enforces.
    """
    firewall, local = rules.firewall, rules.local
    if local is None or local.mode != ENFORCE:
        return
    if any(_reaches(placement, rule, firewall, families) for rule, _ in local.rules):
        return
    message = f"in enforce, nobody could manage `{firewall.name}`: no `manage` source can reach it"
    help_text = "name a source whose zone lies behind one of its interfaces, by a service with ports"
    if local.rules:
        help_text += ", of a family in which the source and the interfaces on the way have addresses"
    also = tuple((line.span, "reaches nothing") for line in firewall.manage)
    yield finding("lock-out", message, firewall.span, "would be locked", also=also, help=help_text)


def _reaches(placement: Placement, rule: Rule, firewall: Firewall, families: Sequence[int]) -> bool:
    """Does a packet of one of the families get from a rule's sources to the firewall, other than a ping?"""
    for family in families:
        spoken = any(m.family in (0, family) and m.proto not in (ICMP, ICMP6) for m in rule.matches)
        zones = {placement.plant.ownership.zone_of(family, low) for low, _ in rule.sources.of(family)}
        addressed = any(own.family == family for i in firewall.interfaces for own in i.addresses)
        free = addressed or not _enforces(placement)
        if spoken and any(free or not placement.topology.towards(zone, firewall.name) for zone in zones if zone):
            return True
    return False


def _enforces(placement: Placement) -> bool:
    """Is anything in the plant enforced?"""
    plant = placement.plant
    modes = [plant.default_mode, *(zone.mode for zone in plant.zones.values()), *plant.modes.values()]
    return ENFORCE in modes if placement.override is None else placement.override == ENFORCE
