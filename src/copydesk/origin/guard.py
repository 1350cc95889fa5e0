"""A `requests` adapter that connects to nothing but public addresses (and those a contract opens).

The name is resolved once per connection, every address is judged, and the connection is made to the very address that was
judged: a name that answers differently the second time (rebinding) gains nothing. One forbidden answer blocks the name.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from copydesk.origin.addresses import Network, is_forbidden

PORTS: Final = frozenset({80, 443, 8080, 8443})
"""Ports on which public sites serve pages. Networks that the contract opens may use any port."""

Resolve = Callable[[str, int], Sequence[str]]


class Forbidden(urllib3.exceptions.HTTPError):
    """A connection that must not be made."""


def addresses_of(host: str, port: int) -> Sequence[str]:
    """All addresses of ``host``, as IP literals."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Guard:
    """Judges and opens connections. ``resolve`` is the name service, to be replaced in tests of rebinding."""

    def __init__(self, allow: tuple[Network, ...] = (), resolve: Resolve = addresses_of) -> None:
        self._allow = allow
        self._resolve = resolve
        self._local = threading.local()

    def watch(self, opened: Callable[[socket.socket], None] | None) -> None:
        """Sets what is told of every socket this thread opens, so that a deadline can shut it."""
        self._local.opened = opened

    def connect(self, host: str, port: int, **options: Any) -> socket.socket:
        """Connects to ``host`` if all its addresses may be reached; tries them in turn."""
        addresses = self._resolve(host.strip("[]"), port)
        for address in addresses:
            if is_forbidden(address, self._allow):
                raise Forbidden(f"{host} is {address}, a private or reserved address")
            if port not in PORTS and is_forbidden(address):
                continue  # opened by the contract, whatever the port
            if port not in PORTS:
                raise Forbidden(f"port {port} is not one on which sites serve pages")
        failure: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
        for address in addresses:
            try:
                connection = create_connection((address, port), **options)
            except OSError as error:
                failure = error
                continue
            if opened := getattr(self._local, "opened", None):
                opened(connection)
            return connection
        raise failure


def _connections(guard: Guard) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            return guard.connect(
                connection.host,
                connection.port,
                timeout=connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except socket.gaierror as error:
            raise urllib3.exceptions.NameResolutionError(connection.host, connection, error) from error
        except TimeoutError as error:
            raise urllib3.exceptions.ConnectTimeoutError(connection, "timed out") from error
        except OSError as error:
            raise urllib3.exceptions.NewConnectionError(connection, str(error)) from error

    class GuardedHTTP(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class GuardedHTTPS(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    return GuardedHTTP, GuardedHTTPS


if not hasattr(HTTPConnection, "_new_conn"):  # the guard would silently guard nothing
    raise ImportError(
        f"urllib3 {version('urllib3')} opens connections in another way; copydesk needs HTTPConnection._new_conn"
    )


class GuardedAdapter(HTTPAdapter):
    """The adapter: guarded connections, one TLS context for all of them, no proxies."""

    def __init__(self, guard: Guard, pools: int) -> None:
        self._guard = guard
        self._context = ssl.create_default_context()
        super().__init__(pool_connections=pools, pool_maxsize=4, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **options)
        http, https = _connections(self._guard)

        class HTTPPool(HTTPConnectionPool):
            ConnectionCls = http

        class HTTPSPool(HTTPSConnectionPool):
            ConnectionCls = https

        self.poolmanager.pool_classes_by_scheme = {"http": HTTPPool, "https": HTTPSPool}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The shared context verifies; requests would read the whole CA bundle anew for every connection."""
        if not verify:
            raise Forbidden("certificates are always verified")
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = conn.ca_cert_dir = conn.ca_cert_data = None

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        raise Forbidden("copydesk uses no proxy: behind one the address could not be judged")


def guarded_session(guard: Guard, pools: int, user_agent: str) -> requests.Session:
    """A session whose every connection passes ``guard``; the environment's proxies and .netrc are not read."""
    session = requests.Session()
    session.trust_env = False
    session.headers["User-Agent"] = user_agent
    session.headers["Accept-Encoding"] = "identity"
    adapter = GuardedAdapter(guard, pools)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
