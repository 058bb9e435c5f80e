"""The requirements, as data: standard, id, what it asks in our own words, and the judge of it.

Ids of IEC 62443-3-2:2020, 62443-3-3:2013 and 62443-2-1:2024, of NIST SP 800-82r3
(controls of SP 800-53r5 in its overlay), NERC CIP-005-7, and points of the annex
of Regulation (EU) 2024/2690. None of their text is repeated here.
"""

from __future__ import annotations

from typing import NamedTuple

ZCR, SR, ORG = "IEC 62443-3-2", "IEC 62443-3-3", "IEC 62443-2-1:2024"
NIST, NERC, NIS2 = "NIST SP 800-82r3", "NERC CIP-005-7", "NIS2 2024/2690"


class Requirement(NamedTuple):
    """A row."""

    standard: str
    id: str
    asks: str
    judge: str


REQUIREMENTS = tuple(
    Requirement(*row)
    for row in (
        (ZCR, "ZCR 1.1", "say what belongs to the plant, and where it can be reached from outside", "perimeter"),
        (ZCR, "ZCR 2.1", "a first look at the risk", "risk"),
        (ZCR, "ZCR 3.1", "every machine in one zone, zones joined by conduits", "partition"),
        (ZCR, "ZCR 3.2", "business and production apart", "business"),
        (ZCR, "ZCR 3.3", "safety functions apart", "safety"),
        (ZCR, "ZCR 3.4", "temporary devices apart", "temporary"),
        (ZCR, "ZCR 3.5", "radio apart", "wireless"),
        (ZCR, "ZCR 3.6", "what is reached from outside apart", "external"),
        (ZCR, "ZCR 4.1", "compare the first risk with what can be borne", "risk"),
        (ZCR, "ZCR 5.1-5.13", "the risk of each zone and conduit in detail", "risk"),
        (ZCR, "ZCR 5.6", "a target security level for each zone", "security-levels"),
        (ZCR, "ZCR 6.1", "a specification of all requirements", "specification"),
        (ZCR, "ZCR 6.2", "what the plant is and what belongs to it", "perimeter"),
        (ZCR, "ZCR 6.3", "drawings of zones and conduits", "drawing"),
        (ZCR, "ZCR 6.4", "what is characteristic of each zone and conduit", "specification"),
        (ZCR, "ZCR 6.5", "what is assumed of the surroundings", "surroundings"),
        (ZCR, "ZCR 6.6", "the threats that are reckoned with", "surroundings"),
        (ZCR, "ZCR 6.7", "which policies of the house apply", "surroundings"),
        (ZCR, "ZCR 6.8", "which risk can be borne", "risk"),
        (ZCR, "ZCR 6.9", "which laws and rules apply", "surroundings"),
        (ZCR, "ZCR 7.1", "the asset owner agrees", "approval"),
        (SR, "CCSC 4.2", "security stops no essential function", "essential-functions"),
        (SR, "CCSC 4.3", "something else stands in where a machine cannot", "compensating"),
        (SR, "SR 1.13", "access from untrusted networks is watched and controlled", "broker"),
        (SR, "SR 1.13 RE 1", "and somebody has agreed to it", "remote-access"),
        (SR, "SR 2.6", "remote sessions can be ended", "disabled"),
        (SR, "SR 2.8", "what happens is recorded", "recorded"),
        (SR, "SR 2.11", "records carry the right time", "clocks"),
        (SR, "SR 3.1", "messages arrive as they were sent", "cryptography"),
        (SR, "SR 4.1", "nobody reads along", "cryptography"),
        (SR, "SR 5.1", "networks are segmented", "segmented"),
        (SR, "SR 5.1 RE 2", "control networks need no others", "autonomy"),
        (SR, "SR 5.2", "borders of zones are watched and controlled", "segmented"),
        (SR, "SR 5.2 RE 1", "what is not permitted is stopped", "deny-by-default"),
        (SR, "SR 5.2 RE 2", "a zone can be made an island", "island"),
        (SR, "SR 5.2 RE 3", "what happens when a border fails is settled", "failure-state"),
        (SR, "SR 5.3", "no messages between persons in control zones", "no-mail"),
        (SR, "SR 5.4", "functions apart from one another", "partitioned"),
        (SR, "SR 6.2", "somebody watches all the time", "recorded"),
        (SR, "SR 7.1", "floods do not stop the process", "load"),
        (SR, "SR 7.4", "back to a known state", "going-back"),
        (SR, "SR 7.6", "settings of network and security are known and reported", "settings"),
        (SR, "SR 7.7", "no more functions than are needed", "least-functionality"),
        (SR, "SR 7.8", "an inventory", "inventory"),
        (ORG, "ORG 1.3", "who answers for what", "responsibility"),
        (ORG, "CM 1.1", "an inventory, with what talks to what", "inventory"),
        (ORG, "CM 1.2", "drawings", "drawing"),
        (ORG, "CM 1.3", "settings are written down", "settings"),
        (ORG, "CM 1.4", "changes are controlled and can be taken back", "change"),
        (ORG, "NET 1.1", "apart from networks that are no control networks", "business"),
        (ORG, "NET 1.2", "interconnections are written down", "connections"),
        (ORG, "NET 1.3", "apart from safety", "safety"),
        (ORG, "NET 1.4", "goes on when networks above are lost", "autonomy"),
        (ORG, "NET 1.5", "can be disconnected, by whom is settled, and it was tried", "disconnect-drilled"),
        (ORG, "NET 1.7", "lists of what is permitted, all else denied", "deny-by-default"),
        (ORG, "NET 1.9", "the time is distributed", "clocks"),
        (ORG, "NET 2.1", "radio is kept apart", "wireless"),
        (ORG, "NET 3.1", "remote access is known", "enumerated"),
        (ORG, "NET 3.2", "remote access is agreed to and ends", "remote-access"),
        (ORG, "NET 3.3", "remote access can be ended", "disabled"),
        (ORG, "COMP 3.5", "what cannot be patched is protected otherwise", "compensating"),
        (ORG, "USER 2.3", "more than one person decides", "four-eyes"),
        (ORG, "EVENT 1.8", "an incident plan that safety shares", "incident-plan"),
        (ORG, "AVAIL 1.3", "the state on failure is known", "failure-state"),
        (NIST, "AC-4", "flows of information are enforced", "segmented"),
        (NIST, "AC-17", "remote access is settled before it is used", "remote-access"),
        (NIST, "CA-3", "exchange with other systems is agreed", "perimeter"),
        (NIST, "CA-9", "internal connections are written down, with reasons", "reasons"),
        (NIST, "CM-3", "changes are controlled", "change"),
        (NIST, "CM-4", "the effect of a change is judged beforehand", "change"),
        (NIST, "CM-6", "settings are what they should be", "settings"),
        (NIST, "CM-7", "least functionality", "least-functionality"),
        (NIST, "CM-8", "an inventory of components", "inventory"),
        (NIST, "CP-2", "a plan for going on", "incident-plan"),
        (NIST, "IR-4", "incidents are handled: contained, ended, recovered from", "incident-plan"),
        (NIST, "IR-8", "an incident response plan", "incident-plan"),
        (NIST, "MA-4", "maintenance from afar is agreed to and ends", "set-period"),
        (NIST, "SC-5", "floods do not stop the process", "load"),
        (NIST, "SC-7", "boundaries are protected", "deny-by-default"),
        (NIST, "SI-4", "the system is watched", "recorded"),
        (NERC, "R1.1", "control systems stand inside a perimeter", "segmented"),
        (NERC, "R1.2", "ways in lead through named access points", "access-points"),
        (NERC, "R1.3", "each permission in and out has a reason", "reasons"),
        (NERC, "R1.3 deny", "all else is denied", "deny-by-default"),
        (NERC, "R1.4", "who dials in signs in", "sign-in"),
        (NERC, "R1.5", "hostile traffic is noticed", "recorded"),
        (NERC, "R2.1", "people from afar come through an intermediate system", "broker"),
        (NERC, "R2.2", "and encrypted up to it", "sign-in"),
        (NERC, "R2.3", "and with a second factor", "sign-in"),
        (NERC, "R2.4", "which vendors are in can be told", "enumerated"),
        (NERC, "R2.5", "and they can be put out", "disabled"),
        (NERC, "R3.1", "the same of systems that control access", "enumerated"),
        (NERC, "R3.2", "and they can be put out there", "disabled"),
        (NIS2, "6.4", "changes are managed", "change"),
        (NIS2, "6.7.2 (a)", "the network is written down, and so that one understands it", "drawing"),
        (NIS2, "6.7.2 (b)", "internal networks are protected", "segmented"),
        (NIS2, "6.7.2 (c)", "only what is needed may talk", "deny-by-default"),
        (NIS2, "6.7.2 (d)", "remote access is controlled, that of providers too", "remote-access"),
        (NIS2, "6.7.2 (e)", "systems for administration do nothing else", "management"),
        (NIS2, "6.7.2 (f)", "what is not needed is forbidden", "least-functionality"),
        (NIS2, "6.7.2 (h)", "providers come on request, and for a set time", "set-period"),
        (NIS2, "6.7.2 (i)", "systems talk over trusted channels", "cryptography"),
        (NIS2, "6.8.1", "zones by risk, apart from those of third parties", "external"),
        (NIS2, "6.8.2 (b)", "who may enter a zone follows from what it needs", "security-levels"),
        (NIS2, "6.8.2 (c)", "what is critical or for safety stands in secured zones", "safety"),
        (NIS2, "6.8.2 (d)", "a demilitarised zone", "dmz"),
        (NIS2, "6.8.2 (e)", "between and within zones only what is needed", "within-zones"),
        (NIS2, "6.8.2 (f)", "a network of its own for administration", "management"),
        (NIS2, "6.8.2 (h)", "production apart from development and tests", "separate-tests"),
        (NIS2, "6.8.3", "segmentation is reviewed", "review"),
        (NIS2, "11.2.2", "access rights are kept in a register, and end", "rights-reviewed"),
    )
)
