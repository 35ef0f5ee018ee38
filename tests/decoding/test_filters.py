import math
from fractions import Fraction
from types import SimpleNamespace
from unittest import mock

import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st
from transformers import TemperatureLogitsWarper, TopPLogitsWarper

from minidl.decoding import filters, temperature, top_p_filter
from tests import oracles_decoding
from tests.strategies import normal, seeds

top_ps = st.one_of(st.sampled_from([1e-6, 0.15, 0.5, 0.9, 1.0]), st.floats(0, 1, exclude_min=True))
weights = st.lists(st.integers(1, 20), min_size=1, max_size=12)


@given(weights, st.integers(1, 100), st.booleans(), st.sampled_from([1, 2, 5, 256]))
@example([5, 3, 1, 1], 70, False, 256)
@example([5, 3, 1, 1], 80, False, 256)
@example([5, 5, 5], 34, True, 1)
@example([14, 12, 18, 19, 11, 13, 12, 17, 8], 75, False, 256)  # the float32 sum is slightly above 0.75
def test_equals_the_definition_also_if_a_sum_is_top_p(weights, percent, keep_crossing, head_size):
    """Probabilities and top_p are exact fractions, so rounding does not decide whether a sum is top_p."""
    exact = [Fraction(weight, sum(weights)) for weight in weights]
    top_p = Fraction(percent, 100)
    sums = [sum(sorted(exact, reverse=True)[:n]) for n in range(len(exact) + 1)]
    assume(not keep_crossing or all(abs(total - top_p) > 1e-5 for total in sums))  # no tolerance
    assume(all(total == top_p or abs(total - top_p) > 1e-5 for total in sums))
    logits = torch.tensor([[float(probability) for probability in exact]]).log()
    with mock.patch.object(filters, "HEAD_SIZE", head_size):
        filtered = top_p_filter(logits, float(top_p), keep_crossing=keep_crossing)
    kept = filtered.isfinite()
    expected = set(range(len(weights))) if percent == 100 else oracles_decoding.nucleus(exact, top_p, keep_crossing)
    assert set(kept[0].nonzero()[:, 0].tolist()) == expected
    assert torch.equal(filtered[kept], logits[kept])


@given(seeds, st.lists(top_ps.filter(lambda p: p < 1), min_size=1, max_size=3), st.integers(1, 40),
       st.sampled_from([None, 2, 4]), st.booleans(), st.integers(1, 45))
def test_the_shortcut_equals_the_plain_nucleus_where_it_is_enough(seed, top_ps, vocabulary, levels, keep_crossing, k):
    """It is not enough if and only if the nucleus of the row has at least k tokens, or all tokens."""
    logits = 2 * normal(seed, len(top_ps), vocabulary, dtype=torch.float32)
    if levels:  # ties
        logits = logits.round().clamp(0, levels - 1)
    probabilities = logits.softmax(-1)
    plain = filters.nucleus(probabilities, top_ps, keep_crossing)
    shortcut, enough = filters.nucleus_from_head(probabilities, top_ps, keep_crossing, k)
    assert torch.equal(enough, plain.sum(-1) < min(k, vocabulary)) and torch.equal(shortcut[enough], plain[enough])


def test_only_the_rows_that_need_more_tokens_are_sorted():
    probabilities = torch.tensor([[0.97, 0.01, 0.01, 0.01], [0.25, 0.25, 0.25, 0.25]])
    with mock.patch.object(filters, "HEAD_SIZE", 2), mock.patch.object(
            filters, "descending", side_effect=filters.descending) as sort:
        inside = filters.nucleus_of_rows(probabilities, [0.6, 0.6], False)
    assert inside.tolist() == [[True, False, False, False], [True, True, False, False]]
    assert [len(call.args[0]) for call in sort.call_args_list] == [1]


@given(seeds, st.integers(1, 3), st.integers(1, 700), top_ps, st.floats(0.1, 5), st.sampled_from([1, 16, 256]))
def test_with_the_crossing_token_it_equals_hugging_face(seed, rows, vocabulary, top_p, scale, head_size):
    logits = scale * normal(seed, rows, vocabulary, dtype=torch.float32)
    probabilities = logits.softmax(-1).double().sort(-1, descending=True).values
    assume(((probabilities.cumsum(-1) - top_p).abs() > 1e-5).all())  # float32 sums in two orders differ by less
    with mock.patch.object(filters, "HEAD_SIZE", head_size):
        filtered = top_p_filter(logits, top_p, keep_crossing=True)
    expected = TopPLogitsWarper(top_p)(None, logits) if top_p < 1 else logits
    assert torch.equal(filtered, expected)


def test_ties_go_to_the_lower_ids():
    logits = torch.tensor([[0.0, 1.0, 0.0, 1.0, 0.0]])
    kept = top_p_filter(logits, 0.45).isfinite()[0].tolist()  # tokens 1 and 3 have e / (2 e + 3) = 0.32 each
    assert kept == [False, True, False, False, False]
    assert top_p_filter(torch.zeros(1, 10), 0.35).isfinite()[0].tolist() == 3 * [True] + 7 * [False]


@pytest.mark.parametrize("keep_crossing", [True, False])
@pytest.mark.parametrize("vocabulary", [2, 4, 16, 512])
def test_both_rules_agree_if_a_sum_is_exactly_top_p(vocabulary, keep_crossing):
    """Sums of powers of two are exact.  Half of the tokens sum to 0.5: they reach it and do not exceed it."""
    kept = top_p_filter(torch.zeros(1, vocabulary), 0.5, keep_crossing=keep_crossing).isfinite()[0]
    assert kept.tolist() == [token < vocabulary // 2 for token in range(vocabulary)]
    expected = TopPLogitsWarper(0.5)(None, torch.zeros(1, vocabulary)).isfinite()
    assert expected.sum() == vocabulary // 2, "Hugging Face keeps as many, but the higher ids"


levels = st.lists(st.integers(0, 2), min_size=7, max_size=7)
rows_of_levels = st.lists(st.tuples(levels, top_ps), min_size=1, max_size=5)


@given(rows_of_levels, st.booleans(), st.booleans(), st.sampled_from([1, 3, 256]))
@example([([0] * 7, 0.5), ([0, 1, 2, 0, 1, 2, 0], 0.5)], False, False, 256)
@example([([0] * 7, 1.0), ([0, 1, 2, 0, 1, 2, 0], 0.5)], True, False, 3)
@example([([9, 0, 0, 0, 0, 0, 0], 0.2), ([0, 1, 2, 0, 1, 2, 0], 0.9)], False, False, 1)  # the shortcut is for row 0
def test_each_row_is_filtered_by_its_own_top_p_as_it_is_alone(rows, one_value, keep_crossing, head_size):
    logits = torch.tensor([levels for levels, _ in rows], dtype=torch.float32)
    top_ps = [rows[0][1] if one_value else top_p for _, top_p in rows]
    with mock.patch.object(filters, "HEAD_SIZE", head_size):
        filtered = top_p_filter(logits, top_ps[0] if one_value else top_ps, keep_crossing=keep_crossing)
        alone = [top_p_filter(row[None], top_p, keep_crossing=keep_crossing) for row, top_p in zip(logits, top_ps)]
    assert torch.equal(filtered, torch.cat(alone))


@given(seeds, st.lists(st.floats(1e-40, 1e9), min_size=1, max_size=4))
@example(0, [0.001, 0.1, 0.5, 1.0, 10.0])
def test_each_row_has_its_own_temperature_as_it_has_alone(seed, temperatures):
    """Exactly: the division by a column of temperatures rounds as the division by one number does."""
    logits = normal(seed, len(temperatures), 40, dtype=torch.float32)
    alone = torch.cat([temperature(row[None], t) for row, t in zip(logits, temperatures)])
    for given_as in (temperatures, tuple(temperatures), torch.tensor(temperatures, dtype=torch.float64)):
        assert torch.equal(temperature(logits, given_as), alone)


@given(seeds, st.integers(1, 4), st.integers(1, 30))
def test_descending_sorts_rows_on_the_cpu_and_on_other_devices(seed, rows, vocabulary):
    logits = normal(seed, rows, vocabulary)
    on_gpu = SimpleNamespace(device=torch.device("cuda"), sort=logits.sort)
    expected = [sorted(row, reverse=True) for row in logits.tolist()]
    assert filters.descending(logits).tolist() == filters.descending(on_gpu).tolist() == expected


def test_a_large_vocabulary_with_an_almost_flat_distribution():
    logits = normal(0, 1, 151_936, dtype=torch.float32) * 0.01
    assert top_p_filter(logits, 1.0).isfinite().all()
    peaked = torch.zeros(1, 151_936)
    peaked[0, 7] = math.log(151_935)  # token 7 has probability 0.5, and the float32 sum of all exceeds 1
    assert top_p_filter(peaked, 1).isfinite().all()
    share = top_p_filter(logits, 0.5).isfinite().float().mean().item()
    assert 0.48 < share < 0.5


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_every_float_dtype_is_computed_in_float32(dtype):
    logits = normal(0, 2, 50).to(dtype)
    both = top_p_filter(temperature(logits, 0.7), 0.8)
    assert both.dtype == torch.float32 and torch.equal(both, top_p_filter(temperature(logits.float(), 0.7), 0.8))
    for top_p in (0.8, 1.0):
        filtered = top_p_filter(logits, top_p)
        assert filtered.dtype == torch.float32 and torch.equal(filtered, top_p_filter(logits.float(), top_p))


@given(seeds, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_temperature_equals_hugging_face_except_for_a_shift(seed, t, shift):
    logits = normal(seed, 2, 9, dtype=torch.float32)
    probabilities = temperature(logits + shift, t).softmax(-1)
    expected = TemperatureLogitsWarper(t)(None, logits).softmax(-1)
    # a logit near 1000 is rounded by 6e-5, and 1 / t multiplies this error
    torch.testing.assert_close(probabilities, expected, rtol=0, atol=2e-4 / t + 1e-6)
    assert temperature(logits, t).amax(-1).tolist() == [0, 0]


@pytest.mark.parametrize("t", [1e-3, 1e-30, 1e-45, 1e-300])
def test_a_low_temperature_is_greedy_and_a_high_one_is_flat(t):
    logits = torch.tensor([[1.0, 3.0, 2.0, 3.0]])
    assert temperature(logits, t).softmax(-1).tolist() == [[0, 0.5, 0, 0.5]]
    torch.testing.assert_close(temperature(logits, 1e9).softmax(-1), torch.full((1, 4), 0.25))


def test_the_gradient_passes_through_the_kept_logits():
    logits = normal(0, 1, 1000, dtype=torch.float32).requires_grad_()
    filtered = top_p_filter(logits, 0.9)
    filtered.masked_fill(filtered.isinf(), 0).sum().backward()
    assert torch.equal(logits.grad, filtered.isfinite().float())


@pytest.mark.parametrize("bad", [[0.0, math.nan], [math.nan, 0.0], [0.0, math.inf], [-math.inf, -math.inf]])
@pytest.mark.parametrize("change, p_or_t", [(top_p_filter, 0.9), (top_p_filter, 1.0), (temperature, 0.5)])
def test_logits_that_are_not_a_distribution_raise(change, p_or_t, bad):
    with pytest.raises(ValueError, match=r"^logits: the largest of a row must be finite, got a row with NaN or \+inf, "
                                         "or only -inf$"):
        change(torch.tensor([[0.0, 1.0], bad]), p_or_t)


@pytest.mark.parametrize("t", [0, -1, math.nan, math.inf])
def test_other_temperatures_raise(t):
    with pytest.raises(ValueError, match=f"^temperature: must be finite and above 0; for 0 use greedy, got {t}$"):
        temperature(torch.zeros(1, 2), t)


@pytest.mark.parametrize("change, name", [(temperature, "temperature"), (top_p_filter, "top_p")])
def test_a_sequence_has_one_valid_value_per_row(change, name):
    with pytest.raises(ValueError, match=f"^{name}: must be one value or 2, one per row, got 3 values$"):
        change(torch.zeros(2, 2), [0.5, 0.5, 0.5])
    with pytest.raises(ValueError, match=f"^{name}: must be .*, got -1$"):
        change(torch.zeros(2, 2), [0.5, -1])


@pytest.mark.parametrize("top_p", [0, -0.1, 1.01, math.nan, True])
def test_other_values_of_top_p_raise(top_p):
    with pytest.raises(ValueError, match=rf"^top_p: must be in \(0, 1\], got {top_p}$"):
        top_p_filter(torch.zeros(1, 2), top_p)
