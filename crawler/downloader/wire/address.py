"""Which addresses a crawl may connect to, checked after DNS on the very address that is then connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.downloader.wire.errors import ForbiddenAddressError, UnresolvedHostError
from crawler.language import message

Resolve = Callable[[str, int], Awaitable[list[str]]]

_DNS_TTL = 300.0  # seconds; getaddrinfo does not say what the record's own is
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# Not "private" to the ipaddress module of Python 3.11, and nothing that a web site stands on.
_MORE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba Cloud's metadata service is 100.100.100.200
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # Azure's wire server
        "fec0::/10",  # site-local
    )
)


@lru_cache(4096)
def refusal(address: str) -> str | None:
    """Why `address` (textual IPv4 or IPv6, scope id allowed) is not to be connected to; None when it is public."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and any(ip in network for network in _NAT64):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            reason = refusal(str(inner))
            return reason and f"{reason}, as {inner} inside an IPv6 address"
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    if ip.is_multicast:
        return "multicast"
    if ip.is_unspecified:
        return "unspecified"
    if ip.is_private or ip.is_reserved or any(ip in network for network in _MORE):
        return "private or reserved"
    return None


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """`private`: whether addresses that are not on the public internet may be connected to, for tests and the demo.

    `public`: whether all others may be; an anonymous crawl may not. `refusal` tells the one from the other.
    """

    private: bool
    public: bool
    refusal: Callable[[str], str | None] = refusal

    def is_public(self, address: str) -> bool:
        return self.refusal(address) is None

    def admit(self, url: str, addresses: Sequence[str]) -> list[str]:
        """Those of `addresses` that may be connected to. Raises ForbiddenAddressError, naming one, where none may."""
        refused = {}
        for address in addresses:
            reason = self.refusal(address)
            if reason and not self.private:
                refused[address] = message("{reason}; -s ALLOW_PRIVATE_ADDRESSES=1 permits it", reason=reason)
            elif not reason and not self.public:
                refused[address] = message("public, and a public host is not crawled anonymously; set CONTACT")
        if addresses and len(refused) == len(addresses):
            address, reason = next(iter(refused.items()))
            raise ForbiddenAddressError(
                message("refused to connect to {address}: {reason}", address=address, reason=reason)
            )
        return [address for address in addresses if address not in refused]


class Resolver:
    """getaddrinfo with a memory; callers at the same time share one lookup."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[float, asyncio.Future[list[str]]]] = {}

    async def __call__(self, host: str, port: int) -> list[str]:
        """Textual addresses in the resolver's order. Raises UnresolvedHostError."""
        now = time.monotonic()
        expiry, lookup = self._known.get((host, port), (0.0, None))
        if lookup is None or expiry < now:
            lookup = asyncio.ensure_future(_lookup(host, port))
            self._known[host, port] = now + _DNS_TTL, lookup
        try:
            return await asyncio.shield(lookup)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long
            self._known.pop((host, port), None)
            raise UnresolvedHostError(message("no address of {host}: {error}", host=host, error=str(error))) from error


async def _lookup(host: str, port: int) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
