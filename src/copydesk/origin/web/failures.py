"""From the exceptions of `requests`, urllib3 and the operating system to why there is no answer."""

import socket
import ssl
from collections import deque
from collections.abc import Iterator

import urllib3

from copydesk.captures.capture import Failure
from copydesk.origin.web.guard import Forbidden
from copydesk.origin.web.headers import HeadersTooLarge

_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


def failure_of(error: BaseException) -> tuple[Failure, str]:
    """(why there is no answer, the same in words). A name that could not be looked up is not a name that does not exist."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Forbidden):
            return "forbidden", f"not asked: {cause}"
        if isinstance(cause, HeadersTooLarge):
            return "broken", f"no usable answer: {cause}"
        if isinstance(cause, socket.gaierror):
            if cause.errno in _NO_SUCH_NAME:
                return "dns", "the host does not exist"
            return "timeout", "the host's name could not be looked up"
        if isinstance(cause, ConnectionRefusedError):
            return "refused", "the host refused the connection"
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "tls", f"the host's certificate is not valid: {cause.verify_message[:120]}"
    if any(isinstance(cause, urllib3.exceptions.SSLError | ssl.SSLError) for cause in causes):
        return "tls", "the host offers no encryption that can be used"
    # urllib3 derives failed connections from its time-outs, so these come last
    if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
        return "timeout", "no answer in time"
    if any(isinstance(cause, ConnectionError | urllib3.exceptions.ProtocolError) for cause in causes):
        return "broken", "the connection broke off"
    return "broken", f"no usable answer ({type(error).__name__})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and everything that it was raised from or carries."""
    seen: set[int] = set()
    queue: deque[object] = deque([error])
    while queue:
        current = queue.popleft()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        # urllib3 keeps the exception that it answers in `reason`, the ssl module keeps a text there
        queue.extend([current.__cause__, current.__context__, getattr(current, "reason", None), *current.args])
