"""Arrays over several documents: every result is that of each document alone, and of the plain way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.classifying.segments import FAR, Segments, per_mille, sums_of


def ragged(values):
    """Some documents, each a list of values."""
    return st.lists(st.lists(values, min_size=1, max_size=9), min_size=1, max_size=5)


def laid_out(documents):
    """The segments of some documents, and all of their values in a row."""
    flat = [value for document in documents for value in document]
    return Segments.of([len(document) for document in documents]), np.array(flat)


def joined(rows):
    return [value for row in rows for value in row]


def test_a_document_without_blocks_has_no_place():
    with pytest.raises(ValueError, match="leave it out"):
        Segments.of([2, 0])


@given(ragged(st.integers(0, 50)))
def test_what_each_block_knows_of_its_document(documents):
    segments, values = laid_out(documents)
    numbers = [number for number, document in enumerate(documents) for _ in document]
    assert len(segments) == len(documents)
    assert segments.document.tolist() == numbers
    assert (segments.last - segments.first).tolist() == [len(documents[number]) for number in numbers]
    assert [values[part].tolist() for part in segments.slices] == documents
    assert segments.totals(values).tolist() == [sum(document) for document in documents]
    assert segments.running(values).tolist() == joined(
        [[sum(document[:i]) for i in range(len(document))] for document in documents]
    )


@given(ragged(st.integers(0, 50)), st.integers(-3, 3))
def test_neighbours_against_lookup(documents, by):
    segments, values = laid_out(documents)
    wanted = joined(
        [
            [document[i + by] if 0 <= i + by < len(document) else 0 for i in range(len(document))]
            for document in documents
        ]
    )
    assert segments.neighbour(values, by).tolist() == wanted


@given(ragged(st.integers(0, 50)), st.integers(1, 9))
def test_windows_against_slices(documents, width):
    segments, values = laid_out(documents)
    windows = [
        (document[max(i - width, 0) : i], document[i + 1 : i + 1 + width])
        for document in documents
        for i in range(len(document))
    ]
    before, behind = segments.window_sums(values, width)
    assert before.tolist() == [sum(one) for one, _ in windows]
    assert behind.tolist() == [sum(one) for _, one in windows]
    shares = segments.window_shares(values, None, width)
    assert shares[0].tolist() == [sum(one) * 1000 // max(len(one), 1) for one, _ in windows]
    assert shares[1].tolist() == [sum(one) * 1000 // max(len(one), 1) for _, one in windows]
    of_twice = segments.window_shares(values, 2 * values, width)
    assert of_twice[0].tolist() == [500 if sum(one) else 0 for one, _ in windows]


@given(ragged(st.booleans()))
def test_distances_against_search(documents):
    segments, marks = laid_out(documents)
    since, until = segments.distances(marks)
    wanted = [
        (
            min((i - p for p in range(i + 1) if document[p]), default=FAR),
            min((p - i for p in range(i, len(document)) if document[p]), default=FAR),
        )
        for document in documents
        for i in range(len(document))
    ]
    assert list(zip(since.tolist(), until.tolist(), strict=True)) == wanted


def test_no_distance_is_beyond_far():
    marks = np.zeros(2 * FAR, dtype=bool)
    marks[0] = True
    since, until = Segments.of([2 * FAR]).distances(marks)
    assert since.max() == FAR
    assert until[1:].min() == FAR


def kadane(gains):
    """The plain way: the first stretch, and the shortest of those that end there, with the largest sum."""
    best, best_start, best_end, current, start = 0, 0, 0, 0, 0
    for place, gain in enumerate(gains):
        if current <= 0:
            current, start = 0, place
        current += gain
        if current > best:
            best, best_start, best_end = current, start, place + 1
    return best_start, best_end


@given(ragged(st.integers(-9, 9)))
def test_the_densest_stretch_is_the_best_one(documents):
    segments, gains = laid_out(documents)
    starts, ends = segments.densest(gains)
    found = list(zip(starts.tolist(), ends.tolist(), strict=True))
    assert found == [kadane(document) for document in documents]
    for document, (start, end) in zip(documents, found, strict=True):
        sums = [sum(document[i:j]) for i in range(len(document)) for j in range(i + 1, len(document) + 1)]
        assert sum(document[start:end]) == max(0, *sums)


@given(ragged(st.booleans()))
def test_stretches_end_where_a_document_ends(documents):
    segments, marks = laid_out(documents)
    starts, ends = segments.stretches(marks)
    covered = np.zeros(len(marks), dtype=bool)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        assert marks[start:end].all()
        assert not covered[start:end].any()
        assert segments.document[start] == segments.document[end - 1]
        assert start == segments.first[start] or not marks[start - 1]
        assert end == segments.last[end - 1] or not marks[end]
        covered[start:end] = True
    assert (covered == marks).all()
    assert sums_of(marks, starts, ends).tolist() == (ends - starts).tolist()


def test_shares_of_nothing():
    assert per_mille(np.array([0, 5]), 0).tolist() == [0, 5000]
    assert per_mille(np.array([1]), np.array([3])).tolist() == [333]
