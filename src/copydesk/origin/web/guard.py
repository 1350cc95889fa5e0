"""A `requests` adapter that connects to nothing but public addresses (and those a contract opens).

The name is looked up once per connection, every address is judged, and the connection is made to the very address that was
judged: a name that answers differently the second time (rebinding) gains nothing. One forbidden answer blocks the name.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

import certifi
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from copydesk.origin.web.deadline import Deadline
from copydesk.origin.web.headers import BoundedResponse
from copydesk.origin.web.names import Names, Resolve, addresses_of
from copydesk.urls.addresses import Network, is_forbidden

PORTS: Final = frozenset({80, 443, 8080, 8443})
"""Ports on which public sites serve pages. Networks that the contract opens may use any port."""

TRIED: Final = 4
"""Addresses of one name that are tried, each with its share of the time that is left."""


class Forbidden(urllib3.exceptions.HTTPError):
    """A connection that must not be made."""


class Guard:
    """Judges and opens connections. ``resolve`` is the name service, to be replaced in tests of rebinding."""

    def __init__(self, allow: tuple[Network, ...] = (), resolve: Resolve = addresses_of) -> None:
        self._allow = allow
        self._names = Names(resolve)
        self._local = threading.local()

    @contextmanager
    def within(self, deadline: Deadline) -> Iterator[None]:
        """What this thread opens or uses meanwhile is under ``deadline``."""
        self._local.deadline, self._local.peer = deadline, None
        try:
            yield
        finally:
            self._local.deadline = None

    @property
    def peer(self) -> str | None:
        """The address that this thread's last request went to."""
        return getattr(self._local, "peer", None)

    def use(self, opened: socket.socket) -> None:
        """Puts a connection, new or kept alive, under this thread's deadline."""
        self._local.peer = str(opened.getpeername()[0])
        self._deadline.watch(opened)

    @property
    def _deadline(self) -> Deadline:
        deadline: Deadline | None = getattr(self._local, "deadline", None)
        if deadline is None:
            raise Forbidden("no request is made without a deadline")
        return deadline

    def connect(self, host: str, port: int, **options: Any) -> socket.socket:
        """Connects to ``host`` if all its addresses may be reached; tries them in turn."""
        deadline = self._deadline
        addresses = self._names.look_up(host.strip("[]"), port, deadline.left)
        for address in addresses:
            if is_forbidden(address, self._allow):
                raise Forbidden(f"{host} is {address}, a private or reserved address")
            if port not in PORTS and not is_forbidden(address):  # what the contract opens may use any port
                raise Forbidden(f"port {port} is not one on which sites serve pages")
        failure: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
        tried = addresses[:TRIED]
        for place, address in enumerate(tried):
            options["timeout"] = max(deadline.left / (len(tried) - place), 0.001)
            try:
                return create_connection((address, port), **options)
            except OSError as error:
                failure = error
        raise failure


def _connections(guard: Guard) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            opened = guard.connect(
                connection.host,
                connection.port,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
            guard.use(opened)
        except socket.gaierror as error:
            raise urllib3.exceptions.NameResolutionError(connection.host, connection, error) from error
        except TimeoutError as error:
            raise urllib3.exceptions.ConnectTimeoutError(connection, "timed out") from error
        except OSError as error:
            raise urllib3.exceptions.NewConnectionError(connection, str(error)) from error
        opened.settimeout(connection.timeout if isinstance(connection.timeout, float) else None)
        return opened

    class GuardedHTTP(HTTPConnection):
        response_class = BoundedResponse

        def _new_conn(self) -> socket.socket:
            return connect(self)

        def request(self, *arguments: Any, **options: Any) -> None:
            if self.sock is not None:  # kept alive by an earlier request
                guard.use(self.sock)
            super().request(*arguments, **options)

    class GuardedHTTPS(HTTPSConnection):
        response_class = BoundedResponse

        def _new_conn(self) -> socket.socket:
            return connect(self)

        def request(self, *arguments: Any, **options: Any) -> None:
            if self.sock is not None:
                guard.use(self.sock)
            super().request(*arguments, **options)

    return GuardedHTTP, GuardedHTTPS


if not hasattr(HTTPConnection, "_new_conn"):  # the guard would silently guard nothing
    raise ImportError(
        f"urllib3 {version('urllib3')} opens connections in another way; copydesk needs HTTPConnection._new_conn"
    )


@cache
def trusted() -> ssl.SSLContext:
    """What certificates are verified against: the system's authorities (or SSL_CERT_FILE's) and certifi's.

    One context for the whole process: to read the authorities takes 20 ms or more.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class GuardedAdapter(HTTPAdapter):
    """The adapter: guarded connections, one TLS context for all of them, no proxies.

    requests 2.34 reads the CA bundle anew for every connection, 20 ms of CPU each; with one context it is 2.5 ms.
    """

    def __init__(self, guard: Guard, pools: int, per_host: int) -> None:
        self._guard = guard
        self._context = trusted()
        super().__init__(pool_connections=pools, pool_maxsize=per_host, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Makes pools whose connections are guarded."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **options)
        http, https = _connections(self._guard)

        class HTTPPool(HTTPConnectionPool):
            ConnectionCls = http

        class HTTPSPool(HTTPSConnectionPool):
            ConnectionCls = https

        self.poolmanager.pool_classes_by_scheme = {"http": HTTPPool, "https": HTTPSPool}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The shared context verifies."""
        if not verify:
            raise Forbidden("certificates are always verified")
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = conn.ca_cert_dir = conn.ca_cert_data = None

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """The pool for a request. Proxies are not looked at: behind one the address could not be judged."""
        parts = urlsplit(request.url)
        if parts.port == 0:  # urllib3 2.6 would take the scheme's own port instead
            raise Forbidden("port 0 is none on which anybody serves pages")
        return self.poolmanager.connection_from_host(
            parts.hostname, parts.port, parts.scheme, pool_kwargs={"cert_reqs": "CERT_REQUIRED"}
        )

    def request_url(self, request: Any, proxies: Any) -> str:
        """What is asked of a server: path and query."""
        return str(request.path_url)

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """The answer, without what nobody here asks it for."""
        response = requests.Response()
        response.status_code, response.headers, response.raw = resp.status, CaseInsensitiveDict(resp.headers), resp
        if "Set-Cookie" in response.headers:
            extract_cookies_to_jar(response.cookies, req, resp)  # type: ignore[no-untyped-call]
        return response

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Refuses."""
        raise Forbidden("copydesk uses no proxy: behind one the address could not be judged")
