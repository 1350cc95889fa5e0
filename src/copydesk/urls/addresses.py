"""Which network addresses may be reached: public ones, and whatever a contract opens on purpose.

Python's ``is_global`` alone is not enough: it has changed between versions and calls NAT64, 6to4, site-local and some
cloud metadata addresses global. The ranges below are forbidden by name as well, with their source.
"""

import ipaddress
from collections.abc import Sequence
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FORBIDDEN: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network, RFC 1122
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598; 100.100.100.200 is Alibaba's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",  # link-local; 169.254.169.254 is the metadata service of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is Oracle's metadata service
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        # all but 2000::/3, the only block given out as global unicast (IANA's IPv6 address space registry, RFC 4291):
        "::/3",  # loopback, IPv4 in its mapped, compatible and translated (RFC 2765) forms, NAT64, discard-only
        "4000::/2",  # with segment routing at 5f00::/16
        "8000::/1",  # with unique local, link-local, site-local, multicast
        "2001::/23",  # protocol assignments, Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation, RFC 9637
    )
)
"""IANA special-purpose registries (2026) plus the metadata services that lie in public space."""


def is_forbidden(address: str, allow: Sequence[Network] = ()) -> bool:
    """Whether ``address`` (an IP literal) must not be reached; ``allow`` are the networks that the contract opens."""
    try:
        ip: Address = ipaddress.ip_address(address.strip("[]").split("%")[0])
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip in network for network in allow):
        return False
    return not ip.is_global or any(ip in network for network in FORBIDDEN)


LOCAL_SUFFIXES: Final = (
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "test", "invalid",
    "onion", "home.arpa",
)  # fmt: skip
"""Names that never mean a public site: RFC 6761, 6762, 7686, 8375, and ICANN's list of high-risk internal names."""


_LOCAL_ENDINGS = tuple(f".{suffix}" for suffix in LOCAL_SUFFIXES)


def is_local_name(host: str) -> bool:
    """Whether ``host`` is a name of a private network: without a dot, or below a local suffix."""
    host = host.rstrip(".").casefold()
    return "." not in host or f".{host}".endswith(_LOCAL_ENDINGS)
