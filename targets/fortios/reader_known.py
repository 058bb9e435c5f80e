"""What this reader knows to have nothing to do with which packets pass."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """A set of words, as one reads it best."""
    return frozenset(text.split())


# Settings of `firewall policy` that say nothing of which packets match, nor what becomes of them; or are read elsewhere.
POLICY = words(
    """
    action auto-asic-offload av-profile application-list capture-packet casi-profile comments custom-log-fields
    delay-tcp-npu-session diffserv-copy diffserv-forward diffserv-reverse diffservcode-forward diffservcode-rev
    dlp-profile dlp-sensor dnsfilter-profile dstaddr dstaddr-negate dstaddr6 dstaddr6-negate dstintf emailfilter-profile
    file-filter-profile fixedport global-label icap-profile inspection-mode ippool ips-sensor ips-voip-filter label
    logtraffic logtraffic-start name nat nat46 nat64 np-acceleration per-ip-shaper poolname poolname6 profile-group
    profile-protocol-options profile-type schedule schedule-timeout sctp-filter-profile send-deny-packet service
    service-negate session-ttl srcaddr srcaddr-negate srcaddr6 srcaddr6-negate srcintf ssh-filter-profile
    ssl-ssh-profile status tcp-mss-receiver tcp-mss-sender tcp-session-without-syn tcp-timeout-pid timeout-send-rst
    traffic-shaper traffic-shaper-reverse udp-timeout-pid utm-status uuid videofilter-profile virtual-patch-profile
    vlan-cos-fwd vlan-cos-rev voip-profile waf-profile webfilter-profile anti-replay dynamic-shaping match-vip fec
    geoip-match policy-expiry policy-expiry-date policy-expiry-date-utc reputation-direction reputation-direction6
    """
)
# What `show full-configuration` prints of settings that are off, beside `disable` and nothing at all.
OFF = {"tos": "0x00", "tos-mask": "0x00", "reputation-minimum": "0", "reputation-minimum6": "0"}
LOCAL_IN = words(
    """
    action comments custom-tags dstaddr dstaddr-negate intf logtraffic schedule service service-negate srcaddr
    srcaddr-negate status uuid
    """
)

# First words of sections that filter nothing between networks; `system` and `log` have exceptions, read elsewhere.
SECTIONS = words(
    """
    alertemail antivirus application authentication automation azure casb certificate cifs credential-store
    diameter-filter dlp dnsfilter dpdk emailfilter endpoint-control ethernet-oam extender extender-controller
    extension-controller file-filter ftp-proxy gui hardware icap ips log mgmt-data monitoring nsxt report router
    rule sctp-filter ssh-filter switch-controller system telemetry-controller user videofilter virtual-patch voip vpn waf
    wanopt web-proxy webfilter widget wireless-controller ztna
    """
)
# Sections of `firewall` that other sections name, that translate, shape, or are about proxies and inspection.
FIREWALL = words(
    """
    access-proxy access-proxy-ssh-client-cert access-proxy-virtual-host access-proxy6 addrgrp address address6 addrgrp6
    address6-template auth-portal central-snat-map city country decrypted-traffic-mirror dnstranslation global gtp
    identity-based-route internet-service-addition internet-service-append internet-service-botnet
    internet-service-custom internet-service-custom-group internet-service-definition internet-service-extension
    internet-service-fallback internet-service-group internet-service-ipbl-reason internet-service-ipbl-vendor
    internet-service-list internet-service-name internet-service-owner internet-service-reputation
    internet-service-sld internet-service-subapp internet-service ippool ippool_grp ippool6 ldb-monitor
    local-in-policy local-in-policy6 multicast-address multicast-address6 network-service-dynamic on-demand-sniffer
    pfcp policy profile-group profile-protocol-options proxy-address proxy-addrgrp region schedule service shaper
    shaping-policy shaping-profile sniffer ssh ssl ssl-server ssl-ssh-profile traffic-class vendor-mac
    vendor-mac-summary vip vip6 vipgrp vipgrp6 vip46 vip64 vipgrp46 vipgrp64 wildcard-fqdn
    """
)
# Whatever stands in one of these may stop packets before a policy sees them, or let them by.
DECIDING = words(
    """
    DoS-policy DoS-policy6 acl acl6 consolidated interface-policy interface-policy6 ipmacbinding ipv6-eh-filter
    multicast-policy multicast-policy6 policy46 policy6 policy64 proxy-policy security-policy ttl-policy
    """
)
