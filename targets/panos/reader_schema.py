"""What a configuration of PAN-OS 10 and 11 may hold, as far as filtering is concerned; the rest by name.

Sources: the vendor's own generators (pan-os-codegen, specs/; pan-os-python) for
the sections that are read, the CLI's `set ?` and exported configurations for
the names of those that are not.
"""

from __future__ import annotations

from .reader_tree import Entries, Kind, Open, Schema

LEAF, LIST, ANY = Kind.LEAF, Kind.LIST, Kind.ANY


def _keys(kind: Kind, words: str) -> dict[str, Schema]:
    return dict.fromkeys(words.split(), kind)


# -- sections that filter -------------------------------------------------------------------------------------------

COMMON = _keys(LEAF, "description disable-override") | _keys(LIST, "tag")
ADDRESS = COMMON | _keys(LEAF, "ip-netmask ip-range ip-wildcard fqdn")
ADDRESS_GROUP: dict[str, Schema] = COMMON | {"static": LIST, "dynamic": {"filter": LEAF}}
PORTS: dict[str, Schema] = {"port": LEAF, "source-port": LEAF, "override": ANY}
SERVICE: dict[str, Schema] = COMMON | {"protocol": {"tcp": PORTS, "udp": PORTS, "sctp": PORTS}}
ICMP_TYPE: dict[str, Schema] = {"type": LEAF, "code": LEAF}
APPLICATION: dict[str, Schema] = (
    COMMON
    | _keys(
        LEAF, "category subcategory technology risk parent-app timeout tcp-timeout udp-timeout alg-disable-capability"
    )
    | _keys(
        LEAF, "tcp-half-closed-timeout tcp-time-wait-timeout evasive-behavior consume-big-bandwidth used-by-malware"
    )
    | _keys(LEAF, "able-to-transfer-file has-known-vulnerability tunnel-other-application tunnel-applications")
    | _keys(LEAF, "prone-to-misuse pervasive-use file-type-ident virus-ident data-ident no-appid-caching")
    | {
        "default": {
            "port": LIST,
            "ident-by-ip-protocol": LEAF,
            "ident-by-icmp-type": ICMP_TYPE,
            "ident-by-icmp6-type": ICMP_TYPE,
        },
        "signature": ANY,
    }
)
ZONE: dict[str, Schema] = {
    "network": {
        **_keys(LIST, "layer3 layer2 virtual-wire tap external"),
        **_keys(ANY, "tunnel zone-protection-profile log-setting enable-packet-buffer-protection net-inspection"),
        **_keys(ANY, "prenat-identification"),
    },
    **_keys(ANY, "enable-user-identification enable-device-identification user-acl device-acl"),
}
# What a rule matches by, besides what segc knows: a user, a posture, a web site's class, an hour.
VAGUE = (
    "source-user",
    "source-hip",
    "destination-hip",
    "hip-profiles",
    "category",
    "source-imsi",
    "source-imei",
    "source-nw-slice",
)
RULE: dict[str, Schema] = (
    _keys(LIST, "from to source destination application service tag")
    | _keys(LIST, " ".join(VAGUE))
    | _keys(LEAF, "action log-start log-end log-setting disabled negate-source negate-destination rule-type schedule")
    | _keys(LEAF, "description icmp-unreachable group-tag uuid")
    | _keys(ANY, "profile-setting option qos target disable-inspect saas-user-list saas-tenant-list")
)
DEFAULT_RULE = _keys(LEAF, "action log-start log-end log-setting icmp-unreachable group-tag description uuid") | _keys(
    ANY, "profile-setting option tag"
)
OVERRIDE = (
    _keys(LIST, "from to source destination tag")
    | _keys(LEAF, "protocol port application disabled negate-source negate-destination description group-tag uuid")
    | _keys(ANY, "target")
)
# Rules that do more than security rules do. Where there are any, the file means more than is read here.
NOTED = (
    "nat",
    "decryption",
    "dos",
    "authentication",
    "captive-portal",
    "tunnel-inspect",
    "network-packet-broker",
    "pbf",
)
RULEBASE: dict[str, Schema] = {
    "security": {"rules": Entries(RULE)},
    "default-security-rules": {"rules": Entries(DEFAULT_RULE)},
    "application-override": {"rules": Entries(OVERRIDE)},
    **_keys(ANY, " ".join(NOTED)),
    **_keys(ANY, "qos sdwan"),
}

# -- sections that do not -------------------------------------------------------------------------------------------

UNRELATED = _keys(
    ANY,
    "admin-role alg-override application-status application-tag authentication-object authentication-profile "
    "authentication-sequence botnet captive-portal certificate certificate-profile content-preview device-object "
    "display-name dns-proxy dynamic-user-group email-scheduler global-protect group-mapping import iot "
    "local-user-database log-settings mgt-config network ocsp-responder override pdf-summary-report platform "
    "profile-group profiles redistribution-agent redistribution-collector report-group reports response-page "
    "scep sdwan-interface-profile server-profile setting ssl-decrypt ssl-exclude-cert "
    "ssl-tls-service-profile tag threats ts-agent url-admin-override url-content-types user-id-agent "
    "user-id-agent-sequence user-id-collector user-id-hub user-id-ssl-auth vm-info-source",
)
SECTIONS: dict[str, Schema] = {
    **UNRELATED,
    "address": Entries(ADDRESS),
    "address-group": Entries(ADDRESS_GROUP),
    "service": Entries(SERVICE),
    "service-group": Entries(_keys(LIST, "members tag") | _keys(LEAF, "disable-override")),
    "application": Entries(APPLICATION),
    "application-group": Entries(_keys(LIST, "members") | _keys(LEAF, "disable-override")),
    "application-filter": Entries(ANY),
    "external-list": Entries(ANY),
    "region": Entries(ANY),
    "schedule": Entries({"schedule-type": {"non-recurring": LIST, "recurring": ANY}, "disable-override": LEAF}),
    "zone": Entries(ZONE),
    "rulebase": RULEBASE,
    "deviceconfig": Open(
        {
            "setting": Open({"session": Open({"ipv6-firewalling": LEAF})}),
            "system": Open({"timezone": LEAF}),
        }
    ),
    "panorama": ANY,
}
