"""A process that judges batches for a run: `python -m copydesk.engines.worker`, started by `copydesk.engines.crew`.

It reads `copydesk.processes.messages` from standard input and answers on standard output until its input ends. What rules
print goes to standard error.
"""

import gc
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import polars as pl

from copydesk import contract as contracts
from copydesk.engines.judging import Judge
from copydesk.engines.tables import NEEDED
from copydesk.errors import CopydeskError
from copydesk.processes import libraries
from copydesk.processes.messages import receive, send
from copydesk.processes.process import pipes
from copydesk.survey import Survey

Reply = tuple[dict[str, Any], Sequence[pl.DataFrame]]


def main() -> None:
    """Answers until nobody asks any more."""
    requests, replies = pipes()
    try:
        _serve(requests, replies)
    except (EOFError, BrokenPipeError):
        return


def _serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    hello, _ = receive(requests)
    try:
        contract = contracts.read(hello["contract"], rules=hello["rules"])
    except CopydeskError:  # it has changed since the run began
        send(replies, {"identity": None})
        return
    send(replies, {"identity": contract.identity})
    libraries.load_pandera()
    gc.freeze()  # contract and vocabulary stay: looking through them for garbage is 3 % of a long run
    judge = Judge(contract, datetime.fromisoformat(hello["started"]))
    survey, folder = None, Path(hello["folder"])
    while True:
        request, (scraped,) = receive(requests)
        if request["survey"] != survey:
            survey = request["survey"]
            judge.survey = Survey.load(Path(survey))
        try:
            header, frames = _answer(judge, request, scraped)
        except CopydeskError as error:
            header, frames = {"error": str(error)}, ()
        send(replies, header, (folder, frames))


def _answer(judge: Judge, request: dict[str, Any], scraped: pl.DataFrame) -> Reply:
    if request["task"] == "note":
        return {}, judge.note(scraped)
    if request["task"] == "look":
        return {}, judge.look(scraped)
    examined, known = judge.examine(scraped)
    suppressed = [[*key, count] for key, count in examined.suppressed.items()]
    articles = examined.articles if request["whole"] else examined.articles.select(NEEDED)
    return {"checked": examined.checked, "suppressed": suppressed}, (articles, examined.findings, known)


if __name__ == "__main__":
    main()
