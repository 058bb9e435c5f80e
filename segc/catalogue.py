"""Every finding that segc can make, by name: code, weight and one line.

The first digit of a code is its area: 1 syntax, 2 names, 3 zones and addresses,
4 conduits and flows, 5 assertions and analyses, 6 ownership, authority and
access, 7 targets, 8 modes and baseline, 9 proof. Codes are never used again.
"""

from __future__ import annotations

from typing import NamedTuple

DAY, AUDIT = "day", "audit"
PERSONAS = (DAY, AUDIT)


class Row(NamedTuple):
    """A finding's code, its default weight (error, warning or hint) and what it is about.

    Findings of the persona `audit` are looked for only on demand: they are true, and not for every day.
    """

    code: str
    severity: str
    summary: str
    persona: str = DAY


CATALOGUE: dict[str, Row] = {
    # 1 syntax and files
    "unexpected-text": Row("SEG101", "error", "a line does not begin with a word, or a character has no business here"),
    "unclosed-scope": Row("SEG102", "error", "a `{` has no `}`"),
    "unopened-scope": Row("SEG103", "error", "a `}` closes nothing"),
    "unfinished-list": Row("SEG104", "error", "a comma with no value before or after it"),
    "missing-newline": Row("SEG105", "error", "two statements on one line"),
    "unclosed-string": Row("SEG106", "error", "a string has no closing quote on its line"),
    "unreadable-file": Row("SEG107", "error", "a file cannot be read"),
    "not-utf-8": Row("SEG108", "error", "a file is not UTF-8 text"),
    "file-too-large": Row("SEG109", "error", "a file is larger than any policy"),
    "missing-version": Row("SEG110", "error", "the root file does not say which language version it is in"),
    "unknown-version": Row("SEG111", "error", "the language version is not one that this segc knows"),
    "missing-library": Row("SEG112", "error", "`use` names a file that is not there"),
    "cyclic-use": Row("SEG113", "error", "files `use` one another in a circle"),
    "library-outside-plant": Row("SEG114", "error", "`use` leaves the plant's folder"),
    "unknown-word": Row("SEG120", "error", "a word that the language does not have in this scope"),
    "misplaced-word": Row("SEG121", "error", "a word that belongs into another scope"),
    "wrong-shape": Row("SEG122", "error", "a statement's values are not what its word takes"),
    "wrong-value": Row("SEG123", "error", "a value is not of the kind that its word takes"),
    "duplicate-setting": Row("SEG124", "error", "a setting is given twice"),
    "missing-setting": Row("SEG125", "error", "a setting that must be given is not"),
    "unneeded-scope": Row("SEG126", "error", "a word that takes no scope has one"),
    "bad-suppression": Row("SEG130", "error", "a `# segc: allow` comment without a known name, a reason or a date"),
    "expired-suppression": Row(
        "SEG131", "error", "a `# segc: allow` comment, or a level in segc.toml, is past its date"
    ),
    "unused-suppression": Row("SEG132", "warning", "a `# segc: allow` comment that suppresses nothing"),
    "bad-setting": Row("SEG133", "error", "segc.toml says something that segc does not know"),
    # 2 names
    "unknown-name": Row("SEG201", "error", "a name that nothing is called"),
    "duplicate-name": Row("SEG202", "error", "two things have one name"),
    "ambiguous-name": Row("SEG203", "error", "a bare name that several things have"),
    "not-kebab-case": Row("SEG204", "error", "a name that is not kebab-case"),
    "wrong-kind-of-name": Row("SEG205", "error", "a name of the wrong kind of thing"),
    "literal-endpoint": Row("SEG206", "error", "an address where a name is due"),
    "cyclic-include": Row("SEG207", "error", "services or groups include one another in a circle"),
    "unused-name": Row("SEG208", "hint", "something is declared and never used"),
    # 3 zones and addresses
    "bad-address": Row("SEG301", "error", "text that is no address, prefix or range"),
    "host-bits": Row("SEG302", "error", "a prefix with host bits set"),
    "reversed-range": Row("SEG303", "error", "a range whose end lies before its start"),
    "overlapping-networks": Row("SEG304", "error", "two zones claim the same prefix"),
    "duplicate-address": Row("SEG305", "error", "two assets claim the same address"),
    "asset-outside-zone": Row("SEG306", "warning", "an asset's address lies outside its zone's networks"),
    "second-outside-zone": Row("SEG307", "error", "more than one zone has `net any`"),
    "cyclic-nesting": Row("SEG308", "error", "zones lie in one another in a circle"),
    "empty-zone": Row("SEG309", "warning", "a zone owns no address"),
    "address-on-asset-and-firewall": Row("SEG310", "error", "an asset and a firewall interface claim one address"),
    "several-sites": Row("SEG311", "error", "a plant has more than one site"),
    "interface-in-wrong-zone": Row(
        "SEG312", "warning", "an interface's network belongs to a zone that is not behind it"
    ),
    "ipv6-not-stated": Row("SEG313", "hint", "nothing in the plant has an IPv6 address, and nothing says why", "audit"),
    "unused-zone": Row("SEG314", "hint", "a zone that nothing names and nothing leads to", "audit"),
    "end-of-support-soon": Row("SEG315", "hint", "support for a machine ends within a year", "audit"),
    "asset-without-kind": Row("SEG316", "hint", "nobody can tell what a machine is", "audit"),
    "asset-without-vendor": Row("SEG317", "hint", "a controller or panel without its maker", "audit"),
    "zone-without-sl-t": Row("SEG318", "hint", "a zone without a target security level", "audit"),
    # 4 conduits and flows
    "flow-against-conduit": Row("SEG401", "error", "a flow that its conduit does not open"),
    "conduit-to-itself": Row("SEG402", "error", "a conduit from a zone to itself"),
    "bad-port": Row("SEG403", "error", "a port outside 0 to 65535"),
    "service-without-ports": Row("SEG404", "error", "a flow by a service that names no port"),
    "layer-2-flow": Row("SEG405", "error", "a flow between zones by a service that cannot cross a router"),
    "dynamic-ports": Row("SEG406", "warning", "a flow by a service that opens further, unnamed ports"),
    "follow-on-not-covered": Row("SEG407", "hint", "a service opens a further connection that no flow covers"),
    "duplicate-flow": Row("SEG408", "warning", "the same flow is written twice"),
    "family-mismatch": Row("SEG409", "error", "a flow between addresses of different families only"),
    "unfilterable-service": Row("SEG410", "warning", "a service that a router or firewall cannot filter as written"),
    "empty-flow": Row("SEG411", "error", "a flow that covers no packet"),
    "empty-conduit": Row("SEG412", "hint", "a conduit without flows"),
    "past-review": Row("SEG413", "warning", "a flow's review date has passed"),
    "redundant-flow": Row("SEG414", "warning", "a flow that opens nothing: others allow all of it"),
    "overlapping-flow": Row("SEG415", "hint", "a flow that allows some of what another one allows, and more"),
    "conduit-unenforced": Row("SEG420", "warning", "nothing filters between a conduit's two zones"),
    "no-path": Row("SEG421", "warning", "no network path joins a conduit's two zones"),
    "route-off-path": Row("SEG422", "error", "a route names a firewall that lies on no path"),
    "link-to-itself": Row("SEG423", "error", "a link from a zone to itself"),
    "bypasses-dmz": Row("SEG430", "warning", "a flow between the office side and the plant that no DMZ breaks"),
    "dmz-reaches-control": Row("SEG431", "warning", "a DMZ host opens sessions to level 2 or below"),
    "dmz-pass-through": Row("SEG432", "warning", "one service leads through a DMZ host from one side to the other"),
    "historian-pulled-from-above": Row("SEG433", "warning", "the DMZ fetches from a historian that could send"),
    "control-reaches-internet": Row(
        "SEG434", "warning", "level 2 or below uses the Internet, or the office's names, mail or web"
    ),
    "plc-across-cells": Row("SEG436", "warning", "controllers of two zones talk, and no reason is given"),
    "level-skipped": Row("SEG442", "warning", "level 2 or below opens sessions to the DMZ past level 3"),
    "bridge-asset": Row(
        "SEG445", "warning", "one machine has standing flows with the office side and with level 2 or below"
    ),
    "flow-without-reason": Row("SEG454", "hint", "a standing flow without `because`", AUDIT),
    "review-missing": Row("SEG448", "hint", "a standing flow without `review-by`", AUDIT),
    "dmz-in-office-domain": Row("SEG450", "warning", "a DMZ host signs in to a directory of the office side"),
    "safety-from-several-zones": Row("SEG451", "warning", "more than one zone has a standing way into a safety zone"),
    "wireless-reaches-control": Row(
        "SEG452", "warning", "a wireless zone has a standing flow into a wired control or safety zone"
    ),
    "engineering-reaches-internet": Row(
        "SEG453", "warning", "an engineering station has a standing way to the Internet"
    ),
    "safety-writable": Row("SEG435", "warning", "a standing flow by which another zone could change a safety function"),
    "programming-from-elsewhere": Row(
        "SEG437", "warning", "a standing flow by which other than engineering stations could program a controller"
    ),
    "cip-one-way": Row("SEG438", "warning", "cyclic I/O that can flow one way only, or that nothing can ask for"),
    "multicast-across-router": Row(
        "SEG439", "warning", "a flow between zones that rests on multicast, with no word of who passes it on"
    ),
    "too-wide": Row("SEG440", "warning", "a flow at a control zone that opens thousands of ports or all addresses"),
    "zone-too-big": Row("SEG441", "warning", "too many machines in one zone can command each other"),
    "unequal-parallel-paths": Row("SEG443", "warning", "ways between two zones that are not treated alike"),
    "essential-depends-upstream": Row(
        "SEG444", "warning", "an essential flow rests on services from outside the control zones"
    ),
    "inspected-though-forbidden": Row("SEG446", "warning", "inline inspection where latency is limited"),
    "untested-emergency-flow": Row(
        "SEG447", "warning", "a flow for rare occasions that was not tried in the last year"
    ),
    "dynamic-ports-across-boundary": Row(
        "SEG449", "error", "negotiated ports between zones of unequal trust, with no pinned range"
    ),
    "plaintext-service": Row("SEG460", "warning", "passwords or commands in clear text between zones of unequal trust"),
    "safety-not-apart": Row("SEG461", "warning", "a safety controller shares a zone with what is no safety function"),
    "safety-engineering-shared": Row(
        "SEG462", "warning", "one engineering station programs safety and ordinary control"
    ),
    "unpatchable-programmable": Row("SEG463", "warning", "another zone could program an unpatchable asset at any time"),
    "odd-target": Row("SEG464", "hint", "a controller's protocol towards an HMI or a desk"),
    "controller-as-client": Row("SEG465", "warning", "a controller that opens a session of administrators"),
    "remote-desktop-to-cell": Row("SEG466", "warning", "a standing remote desktop to the machines"),
    "debug-service": Row("SEG467", "warning", "a debugger's or installer's port between zones"),
    "plaintext-control": Row(
        "SEG468", "hint", "a controller's protocol in clear text between zones of unequal trust", "audit"
    ),
    "snmp-from-elsewhere": Row("SEG469", "hint", "SNMP from a zone that is not for management", "audit"),
    "no-time-source": Row("SEG470", "hint", "a control zone in which no machine may ask for the time", "audit"),
    "no-log-destination": Row("SEG471", "hint", "a zone whose computers may send logs nowhere", "audit"),
    "icmp-redirect": Row("SEG472", "warning", "ICMP redirects between zones"),
    "commands-come-back": Row("SEG473", "warning", "a flow out of a control zone on which the far end can command"),
    "fail-open-outside": Row("SEG474", "warning", "a conduit to an untrusted zone that fails open"),
    "fail-not-stated": Row(
        "SEG475", "hint", "an essential conduit that does not say what a dead firewall should do", "audit"
    ),
    "shared-interface": Row("SEG476", "warning", "zones kept apart by the policy, behind one interface"),
    # 5 assertions and analyses
    "assertion-failed": Row("SEG501", "error", "what the policy asserts of itself does not hold"),
    "playbook-fails": Row("SEG502", "error", "an isolation of which something is not true that must be"),
    "playbook-without-outside-zone": Row(
        "SEG510", "warning", "an isolation in a monitored plant, where nothing stands for the rest of the world"
    ),
    "kill-fails": Row("SEG511", "error", "the end of a grant of which something is not true that must be"),
    # 6 ownership, authority and access
    "missing-owner": Row("SEG601", "error", "nobody owns a zone, conduit, grant or workflow"),
    "missing-authority": Row("SEG602", "error", "nobody may stop or isolate a control or safety zone"),
    "cyclic-deputy": Row("SEG603", "error", "roles are one another's deputies in a circle"),
    "grant-without-end": Row("SEG604", "error", "temporary access with no `until`"),
    "grant-expired": Row("SEG605", "warning", "a grant has ended"),
    "grant-ends-before-start": Row("SEG606", "error", "a grant ends before it begins"),
    "mixed-safety-zone": Row("SEG607", "error", "a safety zone holds something else"),
    "standing-flow-from-outside": Row(
        "SEG608", "error", "an external or temporary zone has a standing flow to a control zone"
    ),
    "unpatchable-exposed": Row("SEG609", "warning", "an unpatchable asset is open to a less trusted zone"),
    "workflow-not-allowed": Row("SEG610", "warning", "a workflow needs what no flow allows"),
    "window-never-open": Row("SEG611", "warning", "a grant's window lies on days that do not occur while it lasts"),
    "grant-opens-nothing": Row("SEG612", "warning", "a grant opens only what standing flows allow at any time"),
    "grant-overlaps-flow": Row("SEG613", "hint", "a part of a grant that standing flows allow at any time"),
    "standing-vendor-access": Row("SEG614", "error", "remote access for outsiders as a standing flow"),
    "vendor-skips-jump": Row("SEG615", "warning", "a grant leads from outside into a control zone past the jump host"),
    "managed-from-what-it-separates": Row("SEG616", "warning", "a firewall is managed from a zone that it separates"),
    "admin-from-outside": Row("SEG617", "warning", "an outside zone reaches an administration service"),
    "jump-host-reaches-internet": Row("SEG618", "warning", "a jump host has a standing way to the Internet"),
    "grant-to-whole-zone": Row("SEG620", "warning", "a grant opens a whole control or safety zone"),
    "grant-not-approved": Row("SEG621", "hint", "a grant without `approved-by` or `ticket`", AUDIT),
    "jump-host-without-grant": Row(
        "SEG622", "warning", "a jump host of the DMZ has a standing way into a control zone"
    ),
    "role-without-phone": Row("SEG630", "hint", "a role decides, and nobody can tell how to reach it", "audit"),
    "one-person-decides": Row("SEG631", "hint", "one role alone decides on a zone, and has no deputy", "audit"),
    "playbook-not-drilled": Row("SEG632", "hint", "an isolation that was not practised within a year", "audit"),
    "zone-without-playbook": Row("SEG633", "hint", "a zone with controllers that no playbook cuts off", "audit"),
    "team-without-contact": Row("SEG634", "hint", "a team that nobody can tell how to reach", "audit"),
    "grant-too-long": Row("SEG640", "warning", "a grant that lasts longer than the plant's limit"),
    "approver-without-say": Row("SEG641", "warning", "a grant is approved by a role that has no say in its zone"),
    "approver-is-vendor": Row("SEG642", "error", "a grant is approved by the vendor whom it lets in"),
    "standing-flow-to-outside": Row("SEG643", "warning", "a control zone has a standing way out of the plant"),
    "vendor-beside-jump": Row(
        "SEG644", "warning", "a vendor is let into a control zone from neither a DMZ nor a jump host"
    ),
    # 7 targets
    "unknown-target": Row("SEG701", "error", "a target that segc does not have"),
    "unsupported-by-target": Row("SEG702", "error", "a firewall's target cannot express what the policy needs"),
    "lock-out": Row("SEG703", "error", "in enforce, nobody could manage the firewall"),
    "bad-interface-name": Row("SEG704", "error", "an interface name that the target cannot have"),
    "duplicate-interface": Row("SEG705", "error", "an interface is declared twice"),
    "firewall-without-interfaces": Row("SEG706", "error", "a firewall that stands between no zones"),
    "interface-without-address": Row("SEG707", "error", "a target that knows its own traffic by address has none"),
    "over-capacity": Row("SEG708", "error", "more rules than fit into the firewall"),
    "host-firewall": Row(
        "SEG709", "error", "a machine's own firewall is not on one machine, or has what only others have"
    ),
    "output-not-ours": Row("SEG710", "error", "the output folder holds something that segc did not write"),
    "output-not-written": Row("SEG711", "error", "the output cannot be written"),
    "nothing-to-build": Row("SEG712", "error", "a build for which no firewall is left"),
    # 8 modes
    "disagreeing-modes": Row("SEG801", "warning", "conduits of one pair of zones differ in mode"),
    "no-site": Row("SEG802", "warning", "the plant has no site"),
    "promotion-refused": Row("SEG810", "error", "a conduit's mode cannot be changed by itself"),
    "no-baseline": Row("SEG840", "error", "a folder holds no baseline, or an empty one"),
    "baseline-damaged": Row("SEG841", "error", "a baseline lacks a file, or has one that cannot be understood"),
    "engine-missing": Row("SEG842", "error", "the library of the engine that counts is not installed"),
    "log-not-read": Row("SEG843", "error", "a log cannot be read"),
    "log-empty": Row("SEG844", "warning", "a log is empty"),
    "log-truncated": Row("SEG845", "warning", "a packed log or a capture ends in the middle"),
    "lines-not-read": Row("SEG846", "warning", "lines of a log are not understood"),
    "mixed-encodings": Row("SEG847", "warning", "a log is not UTF-8 throughout"),
    "line-too-long": Row("SEG848", "warning", "a line of a log is longer than any record"),
    "too-many-logs": Row("SEG849", "error", "a folder holds more logs than can be meant"),
    "clocks-disagree": Row("SEG850", "warning", "two sensors have different clocks"),
    "log-without-ports": Row("SEG851", "warning", "a log tells no ports"),
    "impossible-time": Row("SEG852", "warning", "records of a log are dated in the future, or before 1990"),
    "engine-failed": Row("SEG853", "error", "the engine that counts gave up"),
    "sensor-lossy": Row("SEG854", "warning", "a log shows that its sensor missed packets"),
    "scan-seen": Row("SEG855", "warning", "a log shows a scan"),
    "baseline-busy": Row("SEG856", "error", "another run is writing into a baseline"),
    "logs-overlap": Row("SEG857", "warning", "two logs of a sensor hold the same records"),
    "log-held-otherwise": Row("SEG858", "warning", "a log was read before as of another sensor"),
    "other-device": Row("SEG859", "warning", "a log also holds records of another kind of device, which are not read"),
    "output-in-use": Row(
        "SEG860", "error", "an answer would be written over what it is made of, or into a baseline or build"
    ),
    "sensor-unnamed": Row("SEG861", "warning", "logs of two places count as one sensor's"),
    "not-a-draft": Row("SEG862", "error", "a draft would be written over a file that is none"),
    "not-a-log": Row("SEG863", "warning", "a file in a folder of logs is none"),
    # 9 proof
    "not-equal": Row("SEG901", "error", "a file records a packet otherwise than the policy says"),
    "unread-line": Row("SEG902", "error", "a file holds something that its reader does not know"),
    "bad-question": Row("SEG903", "error", "a query that cannot be understood"),
    "nothing-to-verify": Row("SEG904", "error", "files that cannot be compared with the policy"),
    "file-changed": Row("SEG905", "error", "a file of a build is not what was built"),
    "leak": Row("SEG906", "error", "a file lets a packet pass that the policy stops"),
    "interruption": Row("SEG907", "error", "a file stops a packet that the policy lets pass"),
    "may-differ": Row("SEG908", "error", "a file may do otherwise than the policy says: its reader cannot tell"),
    "foreign-rule": Row("SEG909", "hint", "what runs on a firewall holds a rule that segc does not write for it"),
}

NAMES_BY_CODE = {row.code: name for name, row in CATALOGUE.items()}


def asked(name: str, persona: str) -> bool:
    """Is this finding looked for under a persona?"""
    return persona == AUDIT or CATALOGUE[name].persona == DAY
