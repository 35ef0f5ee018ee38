from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.decoding import beam_search, greedy, sample
from tests.decoding.models import LookupModel, generate, left_padded, tiny_qwen2
from tests.strategies import seeds

prompt_ids = st.lists(st.integers(0, 12), min_size=1, max_size=6).map(lambda ids: torch.tensor([ids]))
limits = st.integers(1, 12)
eos_ids = st.one_of(st.none(), st.integers(0, 12))
temperatures = st.sampled_from([0.001, 0.3, 1.0, 3.0])
top_ps = st.sampled_from([0.2, 0.7, 0.95, 1.0])
CACHED = 1e-4  # float32 logits of these models, up to some tens, differ by less with and without a cache


@given(st.integers(0, 500), prompt_ids, limits, eos_ids)
def test_greedy_equals_generate(seed, ids, limit, eos):
    model = tiny_qwen2(seed)
    (candidate,), = greedy(model, ids, max_new_tokens=limit, eos_token_id=eos)
    assert [candidate.tokens] == generate(model, ids, max_new_tokens=limit, eos_token_id=eos)
    assert candidate.finished == (candidate.tokens[-1] == eos)


@given(st.integers(0, 500), prompt_ids, limits, eos_ids, temperatures, top_ps, seeds)
def test_sample_equals_generate_with_the_same_seed(seed, ids, limit, eos, t, top_p, draw_seed):
    model = tiny_qwen2(seed)
    with torch.random.fork_rng():
        torch.manual_seed(draw_seed)
        (candidate,), = sample(model, ids, max_new_tokens=limit, eos_token_id=eos, temperature=t, top_p=top_p,
                               keep_crossing=True)
        torch.manual_seed(draw_seed)
        expected = generate(model, ids, max_new_tokens=limit, eos_token_id=eos, do_sample=True, temperature=t,
                            top_p=top_p)
    assert [candidate.tokens] == expected
    generator = torch.Generator().manual_seed(draw_seed)
    assert sample(model, ids, max_new_tokens=limit, eos_token_id=eos, temperature=t, top_p=top_p, keep_crossing=True,
                  generator=generator)[0][0].tokens == candidate.tokens


def samples_alone(model, prompts, num_samples, seed, **options):
    """Return what `sample` must return for these prompts, from one call per text with that text's generator."""
    count = len(prompts) * num_samples
    text_seeds = iter(torch.randint(2**63 - 1, (count,), generator=torch.Generator().manual_seed(seed)).tolist())
    results = []
    for prompt in prompts:
        texts = [sample(model, torch.tensor([prompt]), generator=torch.Generator().manual_seed(next(text_seeds)),
                        **options)[0][0] for _ in range(num_samples)]
        results.append(sorted(texts, key=lambda candidate: -candidate.score))
    return results


@given(seeds, st.lists(st.tuples(st.sampled_from([[1], [2, 3], [4, 0, 1]]), temperatures, top_ps), min_size=1,
                       max_size=5), limits, st.one_of(st.none(), st.integers(0, 4)), st.integers(1, 3), st.booleans())
def test_each_prompt_of_a_batch_has_its_own_settings_and_says_what_it_says_alone(seed, rows, limit, eos, num_samples,
                                                                                 keep_crossing):
    """The logits of this model do not depend on the batch, so that the texts are equal to the last digit."""
    model, (prompts, ts, ps) = LookupModel(seed, 5), map(list, zip(*rows))
    ids, mask = left_padded(prompts)

    def generator(row):
        return torch.Generator().manual_seed((seed + row) % 2**63)

    def call(ids, temperature, top_p, generator, mask=None):
        return sample(model, ids, attention_mask=mask, max_new_tokens=limit, eos_token_id=eos, temperature=temperature,
                      top_p=top_p, keep_crossing=keep_crossing, num_samples=num_samples, generator=generator)

    assert call(ids, ts, torch.tensor(ps, dtype=torch.float64), [generator(row) for row in range(len(rows))], mask) == [
        call(torch.tensor([prompt]), t, p, generator(row))[0] for row, (prompt, t, p) in enumerate(rows)]


@given(seeds, st.lists(st.integers(0, 4), min_size=1, max_size=5), limits, st.one_of(st.none(), st.integers(0, 4)),
       st.sampled_from(["greedy", "beams", "sample"]))
def test_on_text_gets_each_text_in_the_step_that_completes_it(seed, prompts, limit, eos, how):
    model, calls, tokens = LookupModel(seed, 5), [], {}
    decode = {"greedy": greedy, "beams": partial(beam_search, num_beams=3),
              "sample": partial(sample, generator=torch.Generator().manual_seed(0))}[how]

    def on_text(row, candidate):
        calls.append(row)
        assert tokens[row] == candidate.tokens, "all its tokens were reported before"
        forward_passes[row] = len(model.calls)

    forward_passes = {}
    results = decode(model, torch.tensor(prompts)[:, None], max_new_tokens=limit, eos_token_id=eos, on_text=on_text,
                     on_token=lambda row, token: tokens.setdefault(row, []).append(token))
    assert sorted(calls) == list(range(len(prompts))) and tokens == {
        row: candidates[0].tokens for row, candidates in enumerate(results)}
    if how != "beams":  # the best text of a search may be shorter than the search was long
        assert forward_passes == {row: len(tokens[row]) for row in tokens}


@given(seeds, st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=4), limits,
       st.one_of(st.none(), st.integers(0, 4)), st.sampled_from(["greedy", "beam 1", "beam 3", "sample"]))
def test_each_prompt_of_a_batch_is_decoded_as_it_is_alone(seed, prompts, limit, eos, how):
    model, options = LookupModel(seed, 5), {"max_new_tokens": limit, "eos_token_id": eos}
    ids, mask = left_padded(prompts)
    if how == "sample":
        results = sample(model, ids, attention_mask=mask, num_samples=2,
                         generator=torch.Generator().manual_seed(seed), **options)
        assert results == samples_alone(model, prompts, 2, seed, **options)
        return
    decode = greedy if how == "greedy" else partial(beam_search, num_beams=int(how[-1]))
    assert decode(model, ids, attention_mask=mask, **options) == [
        decode(model, torch.tensor([prompt]), **options)[0] for prompt in prompts]


@given(st.integers(0, 500), prompt_ids, st.integers(2, 12), eos_ids)
def test_the_score_is_the_models_own_log_probability_of_the_text(seed, ids, limit, eos):
    model = tiny_qwen2(seed)
    for (candidate,) in (greedy(model, ids, max_new_tokens=limit, eos_token_id=eos)[0],
                         sample(model, ids, max_new_tokens=limit, eos_token_id=eos, temperature=2.0, top_p=0.8,
                                generator=torch.Generator().manual_seed(seed))[0],
                         beam_search(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=2)[0][:1]):
        text = torch.cat([ids[0], torch.tensor(candidate.tokens)])
        with torch.no_grad():
            log = model(text[None]).logits[0].log_softmax(-1)
        expected = sum(log[len(ids[0]) - 1 + n, token].item() for n, token in enumerate(candidate.tokens))
        assert candidate.score == pytest.approx(expected, abs=CACHED * len(candidate.tokens))


@given(seeds, st.integers(2, 4), st.integers(1, 2), limits, st.integers(0, 4))
def test_each_text_has_its_own_generator(seed, num_samples, count, limit, eos):
    model, prompts = LookupModel(seed, 5), [[1, 2], [3, 0]][:count]
    first, second = (sample(model, torch.tensor(prompts), max_new_tokens=limit, eos_token_id=eos,
                            num_samples=num_samples, generator=torch.Generator().manual_seed(seed)) for _ in range(2))
    assert first == second and [len(candidates) for candidates in first] == count * [num_samples]
    assert first == samples_alone(model, prompts, num_samples, seed, max_new_tokens=limit, eos_token_id=eos)


def test_finished_rows_are_not_computed_and_on_token_gets_each_token():
    model = LookupModel(0, 5)
    ids = torch.tensor([[n] for n in range(5)])
    calls = []
    results = greedy(model, ids, max_new_tokens=9, eos_token_id=2,
                     on_token=lambda row, token: calls.append((row, token)))
    lengths = [len(candidates[0].tokens) for candidates in results]
    assert len(set(lengths)) > 1 and model.calls == [5] + [sum(length > n for length in lengths)
                                                           for n in range(1, max(lengths))]
    for row, (candidate,) in enumerate(results):
        assert [token for token_row, token in calls if token_row == row] == candidate.tokens


def test_the_prompt_runs_once_for_all_samples_and_beams():
    model = LookupModel(0, 5)
    sample(model, torch.tensor([[1, 2, 3]]), max_new_tokens=3, eos_token_id=None, num_samples=4)
    assert model.calls == [1, 4, 4]
    model.calls.clear()
    beam_search(model, torch.tensor([[1, 2, 3]]), max_new_tokens=3, eos_token_id=None, num_beams=4)
    assert model.calls == [1, 4, 4]


def test_a_model_in_train_mode_decodes_in_eval_mode_and_returns_to_train_mode():
    model = tiny_qwen2(0).train()
    model.config.attention_dropout = 0.5
    for decode in (greedy, beam_search):
        first, second = (decode(model, torch.tensor([[1, 2]]), max_new_tokens=3, eos_token_id=None) for _ in range(2))
        assert model.training and first == second
    with pytest.raises(ValueError, match="^input_ids: must be in 0 .. 12, got 13$"):
        greedy(model, torch.tensor([[13]]), eos_token_id=None)
    assert model.training
