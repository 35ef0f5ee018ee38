import math
from fractions import Fraction
from types import SimpleNamespace

import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st
from transformers import TemperatureLogitsWarper, TopPLogitsWarper

from minidl.decoding import filters, temperature, top_p_filter
from tests import oracles
from tests.strategies import normal, seeds

shares = st.one_of(st.sampled_from([1e-6, 0.15, 0.5, 0.9, 1.0]), st.floats(0, 1, exclude_min=True))
whole_parts = st.lists(st.integers(1, 20), min_size=1, max_size=12)


@given(whole_parts, st.integers(1, 100), st.booleans(), st.sampled_from([1, 2, 5, 256]))
@example([5, 3, 1, 1], 70, False, 256)
@example([5, 3, 1, 1], 80, False, 256)
@example([5, 5, 5], 34, True, 1)
@example([14, 12, 18, 19, 11, 13, 12, 17, 8], 75, False, 256)  # a float32 sum a hair above 0.75
def test_keeps_what_the_definition_keeps_on_the_line_too(parts, percent, keep_crossing, first):
    """Probabilities and top_p are exact fractions: whether a sum meets top_p is no matter of rounding."""
    exact = [Fraction(part, sum(parts)) for part in parts]
    top_p = Fraction(percent, 100)
    sums = [sum(sorted(exact, reverse=True)[:n]) for n in range(len(exact) + 1)]
    assume(not keep_crossing or all(abs(total - top_p) > 1e-5 for total in sums))  # no tolerance there, as in the peer
    assume(all(total == top_p or abs(total - top_p) > 1e-5 for total in sums))
    logits = torch.tensor([[float(share) for share in exact]]).log()
    filters.FIRST, whole = first, filters.FIRST
    try:
        kept = top_p_filter(logits, float(top_p), keep_crossing=keep_crossing)
    finally:
        filters.FIRST = whole
    wanted = set(range(len(parts))) if percent == 100 else oracles.nucleus(exact, top_p, keep_crossing)
    assert set(kept[0].isfinite().nonzero()[:, 0].tolist()) == wanted
    assert torch.equal(kept[kept.isfinite()], logits[kept.isfinite()])


@given(seeds, st.integers(1, 3), st.integers(1, 700), shares, st.floats(0.1, 5), st.sampled_from([1, 16, 256]))
def test_with_the_crossing_token_it_is_hugging_faces(seed, rows, vocabulary, top_p, scale, first):
    logits = scale * normal(seed, rows, vocabulary, dtype=torch.float32)
    probabilities = logits.softmax(-1).double().sort(-1, descending=True).values
    assume(((probabilities.cumsum(-1) - top_p).abs() > 1e-5).all())  # nearer than float32 sums in two orders agree
    filters.FIRST, whole = first, filters.FIRST
    try:
        found = top_p_filter(logits, top_p, keep_crossing=True)
    finally:
        filters.FIRST = whole
    wanted = TopPLogitsWarper(top_p)(None, logits) if top_p < 1 else logits
    assert torch.equal(found, wanted)


@given(seeds, st.integers(1, 600), shares, st.booleans())
def test_the_nucleus_is_the_head_of_the_ranking(seed, vocabulary, top_p, keep_crossing):
    logits = normal(seed, 2, vocabulary, dtype=torch.float32)
    copy = logits.clone()
    inside = top_p_filter(logits, top_p, keep_crossing=keep_crossing).isfinite()
    assert torch.equal(logits, copy) and inside.any(-1).all()
    for row, kept in zip(logits, inside):
        count = int(kept.sum())
        assert set(kept.nonzero()[:, 0].tolist()) == set(row.argsort(descending=True, stable=True)[:count].tolist())
        mass = row.softmax(-1)[kept].sum().item()
        assert (mass >= top_p - 1e-5) if keep_crossing else (mass <= top_p + 1e-5 or count == 1)


def test_of_equals_the_lower_ids_are_kept():
    logits = torch.tensor([[0.0, 1.0, 0.0, 1.0, 0.0]])
    kept = top_p_filter(logits, 0.45).isfinite()[0].tolist()  # e / (2 e + 3) = 0.32 each of the two
    assert kept == [False, True, False, False, False]
    assert top_p_filter(torch.zeros(1, 10), 0.35).isfinite()[0].tolist() == 3 * [True] + 7 * [False]


@pytest.mark.parametrize("keep_crossing", [True, False])
@pytest.mark.parametrize("vocabulary", [2, 4, 16, 512])
def test_a_sum_that_is_top_p_itself_is_the_nucleus_either_way(vocabulary, keep_crossing):
    """Powers of two, whose sums are exact: nothing exceeds the line, and nothing more is needed to reach it."""
    kept = top_p_filter(torch.zeros(1, vocabulary), 0.5, keep_crossing=keep_crossing).isfinite()[0]
    assert kept.tolist() == [token < vocabulary // 2 for token in range(vocabulary)]
    wanted = TopPLogitsWarper(0.5)(None, torch.zeros(1, vocabulary)).isfinite()
    assert wanted.sum() == vocabulary // 2, "Hugging Face's, which keeps others of the equals"


@given(st.lists(st.lists(st.integers(0, 2), min_size=7, max_size=7), min_size=1, max_size=5), shares, st.booleans())
@example([[0] * 7, [0, 1, 2, 0, 1, 2, 0]], 0.5, False)
def test_each_row_is_filtered_as_if_it_were_alone(rows, top_p, keep_crossing):
    logits = torch.tensor(rows, dtype=torch.float32)
    found = top_p_filter(logits, top_p, keep_crossing=keep_crossing)
    assert torch.equal(found, torch.cat([top_p_filter(row[None], top_p, keep_crossing=keep_crossing)
                                         for row in logits]))


@given(seeds, st.integers(1, 4), st.integers(1, 30))
def test_rows_are_sorted_on_the_cpu_and_elsewhere(seed, rows, vocabulary):
    logits = normal(seed, rows, vocabulary)
    elsewhere = SimpleNamespace(device=torch.device("cuda"), sort=logits.sort)
    wanted = [sorted(row, reverse=True) for row in logits.tolist()]
    assert filters.descending(logits).tolist() == filters.descending(elsewhere).tolist() == wanted


def test_a_large_flat_vocabulary_is_kept_whole_by_1_and_to_its_share_by_less():
    logits = normal(0, 1, 151_936, dtype=torch.float32) * 0.01
    assert top_p_filter(logits, 1.0).isfinite().all()
    one_and_many = torch.zeros(1, 151_936)
    one_and_many[0, 7] = math.log(151_935)  # half the mass, and a float32 sum of the others that passes 1
    assert top_p_filter(one_and_many, 1).isfinite().all()
    share = top_p_filter(logits, 0.5).isfinite().float().mean().item()
    assert 0.48 < share < 0.5


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_any_float_is_computed_in_float32(dtype):
    logits = normal(0, 2, 50).to(dtype)
    found = top_p_filter(temperature(logits, 0.7), 0.8)
    assert found.dtype == torch.float32 and torch.equal(found, top_p_filter(temperature(logits.float(), 0.7), 0.8))
    for top_p in (0.8, 1.0):
        alone = top_p_filter(logits, top_p)
        assert alone.dtype == torch.float32 and torch.equal(alone, top_p_filter(logits.float(), top_p))


@given(seeds, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_temperature_is_hugging_faces_but_for_a_shift(seed, t, shift):
    logits = normal(seed, 2, 9, dtype=torch.float32)
    found = temperature(logits + shift, t).softmax(-1)
    wanted = TemperatureLogitsWarper(t)(None, logits).softmax(-1)
    # the shift rounds a logit to 6e-8 of a thousand, and 1 / t times that is what its probability is off by
    torch.testing.assert_close(found, wanted, rtol=0, atol=2e-4 / t + 1e-6)
    assert temperature(logits, t).amax(-1).tolist() == [0, 0]


@pytest.mark.parametrize("t", [1e-3, 1e-30, 1e-45, 1e-300])
def test_cold_is_greedy_and_hot_is_flat(t):
    logits = torch.tensor([[1.0, 3.0, 2.0, 3.0]])
    assert temperature(logits, t).softmax(-1).tolist() == [[0, 0.5, 0, 0.5]]
    torch.testing.assert_close(temperature(logits, 1e9).softmax(-1), torch.full((1, 4), 0.25))


def test_logits_with_a_gradient_keep_it_and_what_is_no_distribution_is_refused():
    logits = normal(0, 1, 1000, dtype=torch.float32).requires_grad_()
    found = top_p_filter(logits, 0.9)
    found.masked_fill(found.isinf(), 0).sum().backward()
    assert torch.equal(logits.grad, found.isfinite().float())
    for bad in (math.nan, math.inf):
        with pytest.raises(ValueError, match="^logits: must be finite or some of them -inf, got a row that is no "
                                             "distribution$"):
            top_p_filter(torch.tensor([[0.0, bad]]), 0.9)


@pytest.mark.parametrize("t", [0, -1, math.nan, math.inf])
def test_refuses_other_temperatures(t):
    with pytest.raises(ValueError, match=f"^temperature: must be finite and above 0, got {t}$"):
        temperature(torch.zeros(1, 2), t)


@pytest.mark.parametrize("top_p", [0, -0.1, 1.01, math.nan, True])
def test_refuses_other_shares(top_p):
    with pytest.raises(ValueError, match=rf"^top_p: must be in \(0, 1\], got {top_p}$"):
        top_p_filter(torch.zeros(1, 2), top_p)
