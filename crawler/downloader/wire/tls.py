"""TLS: try as a browser would; where that fails, go on without trust and say so in the record."""

from __future__ import annotations

import re
import ssl
from functools import cache

_VERSIONS = {"TLSv1": "tls/1.0", "TLSv1.1": "tls/1.1", "TLSv1.2": "tls/1.2", "TLSv1.3": "tls/1.3", "SSLv3": "ssl/3"}


@cache
def strict() -> ssl.SSLContext:
    """Certificates and host names verified against the system's trust store, today's protocols only."""
    return ssl.create_default_context()


@cache
def lenient() -> ssl.SSLContext:
    """Anything that still encrypts: self-signed, expired, wrong host name, TLS 1.0, legacy renegotiation."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # MINIMUM_SUPPORTED, not TLSv1: naming the old version is deprecated, speaking it to an old server is not.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


def describe(error: ssl.SSLError) -> str:
    """One line for the record: "self-signed certificate", "UNSUPPORTED_PROTOCOL"."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    return str(error.reason or error)


def protocol(version: str) -> str:
    """OpenSSL's "TLSv1.3" as WARC-Protocol has it: "tls/1.3"."""
    return _VERSIONS.get(version, version.lower())


_SUITE = re.compile(
    r"(?:(?P<exchange>ECDHE|DHE)-(?P<sign>RSA|ECDSA|DSS)-)?"
    r"(?P<cipher>AES128|AES256|CAMELLIA128|CAMELLIA256|ARIA128|ARIA256|CHACHA20|DES-CBC3|SEED|RC4)"
    r"(?:-(?P<mode>GCM|CCM8|CCM|POLY1305))?(?:-(?P<digest>SHA256|SHA384|SHA|MD5))?"
)
_CIPHERS = {"CHACHA20": "CHACHA20", "DES-CBC3": "3DES_EDE_CBC", "SEED": "SEED_CBC", "RC4": "RC4_128"}


def suite(name: str) -> str:
    """OpenSSL's name of a cipher suite as IANA registers it; names that follow no rule come back unchanged.

    ECDHE-RSA-AES128-GCM-SHA256 -> TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    """
    match = _SUITE.fullmatch(name)
    if match is None:
        return name
    exchange = "_".join(filter(None, (match["exchange"], match["sign"]))) or "RSA"
    mode = {"CCM8": "CCM_8", None: None}.get(match["mode"], match["mode"])
    cipher = _CIPHERS.get(match["cipher"]) or re.sub(r"(\D)(128|256)$", r"\1_\2", match["cipher"])
    if mode is None and match["cipher"] not in _CIPHERS:
        mode = "CBC"
    digest = match["digest"] or ("SHA256" if mode == "POLY1305" else None)
    return "_".join(filter(None, ("TLS", exchange, "WITH", cipher, mode, digest)))
