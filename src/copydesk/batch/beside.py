"""Great Expectations in a process beside the run: `python -m copydesk.batch.beside`.

Its import takes four seconds and 270 MB. A run that will need it starts the process once it knows so, and judges meanwhile.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copydesk.batch import suites
from copydesk.batch.suites import Suite
from copydesk.errors import ContractError
from copydesk.processes.messages import receive, send
from copydesk.processes.process import Process, pipes


class Beside:
    """A process that loads Great Expectations while its run goes on, and then judges what that has found."""

    def __init__(self) -> None:
        self._process = Process("copydesk.batch.beside")

    def run(
        self, wanted: Sequence[Suite], outcomes: Path, articles: int, data_docs: Path | None, run_name: str
    ) -> list[dict[str, Any]]:
        """What `copydesk.batch.suites.run` says, which see."""
        request = {
            "suites": [{**asdict(suite), "path": str(suite.path)} for suite in wanted],
            "outcomes": str(outcomes),
            "articles": articles,
            "data_docs": None if data_docs is None else str(data_docs),
            "run_name": run_name,
        }
        answer, _ = self._process.ask(request)
        if "refused" in answer:
            raise ContractError(answer["refused"])
        return list(answer["results"])

    def stop(self) -> None:
        """Ends the process."""
        self._process.stop()


def main() -> None:
    """Answers one request."""
    requests, replies = pipes()
    session = suites.Session()
    session.validator()
    with suppress(EOFError, BrokenPipeError):  # the run ended without asking
        request, _ = receive(requests)
        send(replies, _answer(request, session))


def _answer(request: dict[str, Any], session: suites.Session) -> dict[str, Any]:
    wanted = [Suite(**{**suite, "path": Path(suite["path"])}) for suite in request["suites"]]
    documents = None if request["data_docs"] is None else Path(request["data_docs"])
    try:
        results = suites.run(
            wanted, Path(request["outcomes"]), request["articles"], documents, request["run_name"], session
        )
    except ContractError as error:
        return {"refused": str(error)}
    return {"results": results}


if __name__ == "__main__":
    main()
