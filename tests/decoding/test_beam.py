import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from transformers import StoppingCriteria, StoppingCriteriaList

from minidl.decoding import Candidate, beam_search, greedy
from minidl.decoding.beam import best_tokens
from tests import oracles
from tests.decoding.models import LookupModel, generate, tiny_qwen2
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
    expected = oracles.beam_search(model.log_probabilities((0, 1)), width, penalty, eos, limit)
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


def test_on_token_gets_the_best_text_of_each_prompt():
    calls = []
    results = beam_search(LookupModel(0, 5), torch.tensor([[1], [2]]), max_new_tokens=4, eos_token_id=3, num_beams=2,
                          on_token=lambda row, token: calls.append((row, token)))
    assert calls == [(row, token) for row, candidates in enumerate(results) for token in candidates[0].tokens]
