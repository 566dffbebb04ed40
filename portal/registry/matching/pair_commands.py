"""`portal suppliers score-pairs`: a file of pairs in, the same file with scores out, row by row."""

import csv
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from portal.errors import BadInput
from portal.registry.matching import thresholds
from portal.registry.matching.measures import Quality, best_f1, most_at_precision, quality_at
from portal.registry.matching.pair_file import Skipped, open_pairs, output_header
from portal.registry.matching.pair_scoring import score_rows

MOST_TOLD = 20  # rows left out that are told one by one
PRECISION = 0.99


def score_file(source: Path, target: Path | None) -> int:
    """Write the rows with their scores and tell what was left out, and the quality where labels are. Returns the
    number of rows left out. Raises BadInput when the file holds no pairs; then nothing is written.
    """
    if target and target.exists() and target.samefile(source):
        raise BadInput("The result would overwrite the file of pairs.", remedy="Name another file after -o.")
    scores: list[float] = []
    same: list[bool] = []
    left_out = 0
    with source.open("rb") as file:
        pairs = open_pairs(file)
        with _written_to(target) as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(output_header(pairs.layout.header))
            for found in score_rows(pairs.layout, pairs):
                if isinstance(found, Skipped):
                    left_out += 1
                    if left_out <= MOST_TOLD:
                        click.echo(f"line {found.line} {found.problem}", err=True)
                    continue
                writer.writerow(found.cells)
                if found.same is not None:
                    scores.append(found.score)
                    same.append(found.same)
    if left_out > MOST_TOLD:
        click.echo(f"… and {left_out - MOST_TOLD} more", err=True)
    if left_out:
        click.echo(f"{left_out} rows were left out.", err=True)
    for line in quality_lines(scores, same):
        click.echo(line, err=True)
    return left_out


@contextmanager
def _written_to(target: Path | None) -> Iterator[TextIO]:
    """A text file that replaces `target` when all of it is written; standard output without a target."""
    if target is None:
        yield sys.stdout
        return
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise BadInput(
            f"{target} cannot be written: {error.strerror}.", remedy="Name another file after -o."
        ) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield out
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def quality_lines(scores: Sequence[float], same: Sequence[bool]) -> Iterator[str]:
    """What the labels say of the scores; nothing without labels."""
    if not scores:
        return
    yield f"{len(scores)} labelled pairs, {sum(same)} of them the same company"
    for name, threshold in thresholds.read().items():
        yield _line(f"at the threshold “{name}”", quality_at(scores, same, threshold.score))
    yield _line("at the best F1", best_f1(scores, same))
    strict = most_at_precision(scores, same, PRECISION)
    yield _line(f"at precision {PRECISION}", strict) if strict else f"precision {PRECISION} is not reached"


def _line(where: str, found: Quality) -> str:
    return (
        f"{where + ':':<28} score {found.threshold:.3f}, precision {found.precision:.3f}, recall {found.recall:.3f},"
        f" F1 {found.f1:.3f}"
    )
