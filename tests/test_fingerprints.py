"""Folding, signatures and bands: against datasketch as the oracle, and against labelled cases."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.config import Templates
from scrubber.fingerprints import band_keys, block_key, fold, join_keys, shingle, sign

CASES = tomllib.loads((Path(__file__).parent / "cases" / "fingerprints" / "folding.toml").read_text("utf-8"))
SETTINGS = Templates()
TEXTS = st.lists(st.text(min_size=SETTINGS.shingle_size, max_size=80), min_size=1, max_size=8)


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CASES["same"]])
def test_folded_together(case):
    assert len({fold(text) for text in case["texts"]}) == 1, [fold(text) for text in case["texts"]]


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CASES["different"]])
def test_kept_apart(case):
    assert len({fold(text) for text in case["texts"]}) == len(case["texts"])


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CASES["folds"]])
def test_folds_to(case):
    assert fold(case["text"]) == case["to"]


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_folding_leaves_something(text):
    folded = fold(text.strip())
    assert folded
    assert folded == folded.strip()


@given(st.text(alphabet=st.characters(codec="ascii"), min_size=1, max_size=200))
def test_folding_again_changes_nothing_in_ascii(text):
    assert fold(fold(text)) == fold(text)


def test_a_huge_block_is_compared_by_its_head_and_size():
    one, other = "word " * 100_000, "word " * 100_100
    assert fold(one) != fold(other)
    assert len(fold(one)) < 5000


def hashes_of(text):
    hashes, _ = shingle([text], SETTINGS.shingle_size)
    return hashes.tolist()


@settings(max_examples=40)
@given(TEXTS)
def test_signatures_are_datasketch_s_bit_for_bit(texts):
    num_perm = SETTINGS.num_bands * SETTINGS.rows_per_band
    signed = sign(texts, SETTINGS)
    assert signed.shape == (len(texts), num_perm)
    for row, text in zip(signed, texts, strict=True):
        oracle = MinHash(num_perm=num_perm, seed=1, scheme="affine32", hashfunc=lambda value: value)
        oracle.update_batch(hashes_of(text))
        assert row.tolist() == oracle.hashvalues.tolist()


@settings(max_examples=40)
@given(TEXTS)
def test_shingles_of_a_text_do_not_know_its_neighbours(texts):
    hashes, offsets = shingle(texts, SETTINGS.shingle_size)
    ends = [*offsets[1:].tolist(), len(hashes)]
    for text, start, end in zip(texts, offsets.tolist(), ends, strict=True):
        assert end - start == len(text) - SETTINGS.shingle_size + 1
        assert hashes[start:end].tolist() == hashes_of(text)


def test_nothing_to_sign():
    assert sign([], SETTINGS).shape == (0, 64)
    assert band_keys(sign([], SETTINGS), SETTINGS).shape == (0, SETTINGS.num_bands)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_band_keys_are_equal_where_the_rows_are(seed):
    chance = np.random.default_rng(seed)
    signatures = chance.integers(0, 3, size=(60, 64), dtype=np.uint32)
    signatures[30:] = signatures[:30]
    signatures[30:, ::11] += chance.integers(0, 2, size=(30, 6), dtype=np.uint32)
    keys = band_keys(signatures, SETTINGS)
    rows = SETTINGS.rows_per_band
    for band in range(SETTINGS.num_bands):
        part = [tuple(row) for row in signatures[:, band * rows : (band + 1) * rows].tolist()]
        for i in range(len(part)):
            for j in range(i):
                assert (part[i] == part[j]) == (keys[i, band] == keys[j, band])


def test_equal_rows_of_two_bands_have_two_keys():
    keys = band_keys(np.full((1, 64), 7, dtype=np.uint32), SETTINGS)
    assert len(set(keys.ravel().tolist())) == SETTINGS.num_bands


def test_near_duplicates_share_a_band_and_strangers_do_not():
    base = (
        "the browser you are using is no longer supported by this newspaper please update it to see all pages"
    )
    near = base.replace("newspaper", "magazine")
    far = (
        "a committee of seven farmers has asked the ministry for another bridge over the northern river today"
    )
    keys = band_keys(sign([base, near, far], SETTINGS), SETTINGS)
    assert (keys[0] == keys[1]).any()
    assert not (keys[0] == keys[2]).any()


def test_pair_keys_know_order_and_family():
    a, b = block_key("a"), block_key("b")
    assert join_keys(a, b) != join_keys(b, a)
    assert join_keys(a, b, 1) != join_keys(a, b, 2)
    assert 0 <= join_keys(a, b) < 2**64


def test_keys_are_the_same_on_every_machine():
    assert block_key("chrome") == block_key("chrome")
    assert block_key("\ud800") != block_key("\ud801")
