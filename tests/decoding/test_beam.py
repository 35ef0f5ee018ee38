import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from transformers import StoppingCriteria, StoppingCriteriaList

from minidl.decoding import Candidate, beam_search, greedy
from minidl.decoding.best_tokens import best_tokens
from tests import oracles_decoding
from tests.decoding.models import LookupModel, generate, left_padded, tiny_qwen2
from tests.strategies import normal, seeds

prompt_ids = st.lists(st.integers(0, 12), min_size=1, max_size=5).map(lambda ids: torch.tensor([ids]))
penalties = st.sampled_from([0.0, 0.5, 1.0, 2.0, -1.0])


@given(seeds, st.integers(2, 6), st.integers(1, 6), penalties, st.booleans(), st.integers(1, 7),
       st.sampled_from([None, 2, 3]))
def test_equals_the_literal_implementation_exactly(seed, vocabulary, width, penalty, with_eos, limit, levels):
    """This covers ties: few distinct logits make many equal scores."""
    width, eos = min(width, vocabulary), 1 if with_eos else None
    model = LookupModel(seed, vocabulary, levels)
    candidates = beam_search(model, torch.tensor([[0, 1]]), max_new_tokens=limit, eos_token_id=eos, num_beams=width,
                             length_penalty=penalty)[0]
    expected = oracles_decoding.beam_search(model.log_probabilities((0, 1)), width, penalty, eos, limit)
    assert candidates == [Candidate(list(tokens), score, finished) for tokens, score, finished in expected]


class WithoutRefill(StoppingCriteria):
    """Tell generate that all extensions beyond the first `width` are done, so that it does not refill its beam."""

    def __init__(self, width):
        self.width = width

    def __call__(self, input_ids, scores, **_):
        return torch.arange(len(input_ids)) >= self.width


@given(st.integers(0, 500), prompt_ids, st.integers(1, 5), penalties, st.integers(1, 10), st.integers(0, 12))
@example(407, torch.tensor([[3]]), 2, 0.0, 2, 3)
def test_equals_generate_without_its_refill(seed, ids, width, penalty, limit, eos):
    model = tiny_qwen2(seed)
    candidates = beam_search(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=width,
                             length_penalty=penalty)[0]
    if width > 1:
        expected = generate(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=width, early_stopping=True,
                            length_penalty=penalty, stopping_criteria=StoppingCriteriaList([WithoutRefill(width)]))
    else:
        expected = generate(model, ids, max_new_tokens=limit, eos_token_id=eos)
    all_finished = len(candidates) == width and all(candidate.finished for candidate in candidates)
    finished_at_the_limit = all_finished and any(len(candidate.tokens) == limit for candidate in candidates)
    if not finished_at_the_limit:  # there generate lets hypotheses compete with the W finished texts
        assert [candidates[0].tokens] == expected


@given(st.integers(0, 500), prompt_ids, st.integers(2, 6), st.integers(1, 8))
def test_without_eos_all_beams_equal_generate(seed, ids, width, limit):
    model = tiny_qwen2(seed)
    candidates = beam_search(model, ids, max_new_tokens=limit, eos_token_id=None, num_beams=width)[0]
    assert [candidate.tokens for candidate in candidates] == generate(
        model, ids, max_new_tokens=limit, eos_token_id=None, num_beams=width, early_stopping=True, length_penalty=1.0,
        num_return_sequences=width)
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)


@given(seeds, st.integers(1, 8), st.one_of(st.none(), st.integers(0, 4)))
def test_one_beam_equals_greedy(seed, limit, eos):
    model, ids = LookupModel(seed, 5), torch.tensor([[1, 2]])
    for penalty in (0.5, 2.0):
        (candidate,), = beam_search(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=1,
                                    length_penalty=penalty)
        (expected,), = greedy(model, ids, max_new_tokens=limit, eos_token_id=eos)
        assert (candidate.tokens, candidate.finished) == (expected.tokens, expected.finished)
        assert candidate.score == pytest.approx(expected.score, abs=1e-5)


@given(seeds, st.integers(1, 3), st.integers(1, 30), st.sampled_from([None, 2]), st.data())
def test_best_tokens_are_sorted_and_ties_go_to_the_lower_ids(seed, rows, vocabulary, levels, data):
    k = data.draw(st.integers(1, vocabulary))
    logits = normal(seed, rows, vocabulary, dtype=torch.float32)
    logits = logits if levels is None else (logits > 0).float()
    tokens, gains = best_tokens(logits, k)
    for row, ids, row_gains in zip(logits, tokens, gains):
        assert ids == sorted(range(vocabulary), key=lambda token: (-row[token].item(), token))[:k]
        torch.testing.assert_close(torch.tensor(row_gains), row.log_softmax(-1)[ids], rtol=1e-5, atol=1e-5)


beam_rows = st.lists(st.tuples(st.sampled_from([[1], [2, 3]]), st.sampled_from([1, 2, 4]), penalties), min_size=1,
                     max_size=6)


@given(seeds, beam_rows, st.integers(1, 9), st.sampled_from([None, 0, 1]), st.sampled_from([None, 2, 3]))
@example(0, [([1], 4, 0.0), ([1], 4, 2.0), ([1], 4, -1.0)], 9, 1, None)
@example(3, [([1], 4, 2.0), ([1], 4, 2.0), ([1], 1, 0.5), ([2, 3], 4, 2.0)], 9, 1, 2)
def test_each_prompt_of_a_batch_has_its_own_settings_and_the_result_of_its_own_search(seed, rows, limit, eos, levels):
    """Prompts that differ in the penalty alone share a search, and get the texts and scores of separate ones."""
    model, (prompts, widths, row_penalties) = LookupModel(seed, 5, levels), map(list, zip(*rows))
    ids, mask = left_padded(prompts)
    options = {"max_new_tokens": limit, "eos_token_id": eos}
    assert beam_search(model, ids, attention_mask=mask, num_beams=widths, length_penalty=row_penalties, **options) == [
        beam_search(model, torch.tensor([prompt]), num_beams=width, length_penalty=penalty, **options)[0]
        for prompt, width, penalty in rows]


@given(seeds, st.integers(1, 5), st.lists(penalties, min_size=2, max_size=4, unique=True), st.integers(1, 9),
       st.sampled_from([None, 1]))
def test_prompts_that_differ_in_the_penalty_alone_cost_one_search_and_equal_ones_cost_two(seed, width, several, limit,
                                                                                          eos):
    def calls(row_penalties):
        model = LookupModel(seed, 5)
        beam_search(model, torch.tensor(len(row_penalties) * [[1, 2]]), max_new_tokens=limit, eos_token_id=eos,
                    num_beams=width, length_penalty=row_penalties)
        return model.calls

    one = calls(several[:1])
    assert calls(several) == one
    assert calls(2 * several[:1]) == [one[0], *(2 * rows for rows in one[1:])]


def test_on_token_gets_the_best_text_of_each_prompt():
    calls = []
    results = beam_search(LookupModel(0, 5), torch.tensor([[1], [2]]), max_new_tokens=4, eos_token_id=3, num_beams=2,
                          on_token=lambda row, token: calls.append((row, token)))
    assert calls == [(row, token) for row, candidates in enumerate(results) for token in candidates[0].tokens]
