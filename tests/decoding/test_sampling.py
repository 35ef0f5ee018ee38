
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.cached import CachedModel, at_work
from tests.decoding.models import LookupModel, generate, tiny_qwen2
from tests.strategies import seeds

prompts = st.lists(st.integers(0, 12), min_size=1, max_size=6).map(lambda ids: torch.tensor([ids]))
limits = st.integers(1, 12)
ends = st.one_of(st.none(), st.integers(0, 12))
temperatures = st.sampled_from([0.001, 0.3, 1.0, 3.0])
shares = st.sampled_from([0.2, 0.7, 0.95, 1.0])
CACHED = 1e-4  # what a float32 logit of these models, some tens in size, differs by with and without a cache


def batch(ids):
    """Return prompts of different lengths, padded on the left, and their mask."""
    length = max(map(len, ids))
    return (torch.tensor([[0] * (length - len(row)) + row for row in ids]),
            torch.tensor([[0] * (length - len(row)) + [1] * len(row) for row in ids]))


@given(st.integers(0, 500), prompts, limits, ends)
def test_greedy_is_generates(seed, ids, limit, eos):
    model = tiny_qwen2(seed)
    (found,), = greedy(model, ids, max_new_tokens=limit, eos_token_id=eos)
    assert [found.tokens] == generate(model, ids, max_new_tokens=limit, eos_token_id=eos)
    assert found.finished == (found.tokens[-1] == eos)


@given(st.integers(0, 500), prompts, limits, ends, temperatures, shares, seeds)
def test_samples_are_generates_under_the_same_seed(seed, ids, limit, eos, t, top_p, draw):
    model = tiny_qwen2(seed)
    with torch.random.fork_rng():
        torch.manual_seed(draw)
        (found,), = sample(model, ids, max_new_tokens=limit, eos_token_id=eos, temperature=t, top_p=top_p,
                           keep_crossing=True)
        torch.manual_seed(draw)
        wanted = generate(model, ids, max_new_tokens=limit, eos_token_id=eos, do_sample=True, temperature=t,
                          top_p=top_p)
    assert [found.tokens] == wanted
    own = torch.Generator().manual_seed(draw)
    assert sample(model, ids, max_new_tokens=limit, eos_token_id=eos, temperature=t, top_p=top_p, keep_crossing=True,
                  generator=own)[0][0].tokens == found.tokens


@given(seeds, st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=4), limits,
       st.one_of(st.none(), st.integers(0, 4)), st.sampled_from(["greedy", "beam 1", "beam 3", "sample"]))
def test_a_batch_gives_each_prompt_what_it_gets_alone(seed, ids, limit, eos, how):
    model = LookupModel(seed, 5)
    rows, mask = batch(ids)
    if how == "sample":  # each text as from its own seed
        given = {"max_new_tokens": limit, "eos_token_id": eos, "num_samples": 2}
        streams = torch.randint(2**63 - 1, (2 * len(ids),), generator=torch.Generator().manual_seed(seed)).tolist()
        found = sample(model, rows, attention_mask=mask, generator=torch.Generator().manual_seed(seed), **given)
        given["num_samples"] = 1
        for row, candidates in zip(ids, found):
            alone = [sample(model, torch.tensor([row]), generator=torch.Generator().manual_seed(streams.pop(0)), **given
                            )[0][0] for _ in range(2)]
            assert candidates == sorted(alone, key=lambda one: -one.score)
        return
    decode = greedy if how == "greedy" else lambda *a, **k: beam_search(*a, num_beams=int(how[-1]), **k)
    found = decode(model, rows, attention_mask=mask, max_new_tokens=limit, eos_token_id=eos)
    assert found == [decode(model, torch.tensor([row]), max_new_tokens=limit, eos_token_id=eos)[0] for row in ids]


@given(st.integers(0, 500), st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=6), min_size=2, max_size=3))
def test_padding_and_cache_leave_a_real_models_logits_as_they_are(seed, ids):
    model = tiny_qwen2(seed)
    rows, mask = batch(ids)
    with at_work(model):
        cached = CachedModel(model, rows, mask)
        logits = [cached.start()]
        order = torch.tensor([len(ids) - 1, 0, 0])
        ids = [[*ids[row], token] for row, token in zip(order.tolist(), (3, 4, 5))]
        logits.append(cached.step(torch.tensor([3, 4, 5]), order))
        logits.append(cached.step(torch.tensor([1, 2, 3])))
        for number, extra in ((1, []), (2, [[1], [2], [3]])):
            for row, tokens in enumerate(ids):
                whole = model(torch.tensor([tokens + (extra[row] if extra else [])])).logits[0, -1]
                torch.testing.assert_close(logits[number][row], whole, rtol=CACHED, atol=CACHED)


@given(st.integers(0, 500), prompts, st.integers(2, 12), ends)
def test_the_score_is_the_models_own_log_probability_of_the_text(seed, ids, limit, eos):
    model = tiny_qwen2(seed)
    for (found,) in (greedy(model, ids, max_new_tokens=limit, eos_token_id=eos)[0],
                     sample(model, ids, max_new_tokens=limit, eos_token_id=eos, temperature=2.0, top_p=0.8,
                            generator=torch.Generator().manual_seed(seed))[0],
                     beam_search(model, ids, max_new_tokens=limit, eos_token_id=eos, num_beams=2)[0][:1]):
        whole = torch.cat([ids[0], torch.tensor(found.tokens)])
        with torch.no_grad():
            log = model(whole[None]).logits[0].log_softmax(-1)
        wanted = sum(log[len(ids[0]) - 1 + n, token].item() for n, token in enumerate(found.tokens))
        assert found.score == pytest.approx(wanted, abs=CACHED * len(found.tokens))


@given(seeds, st.integers(2, 4), st.integers(1, 2), limits, st.integers(0, 4))
def test_each_sequence_has_a_stream_of_its_own(seed, samples, count, limit, eos):
    model, ids = LookupModel(seed, 5), torch.tensor([[1, 2], [3, 0]][:count])
    drawn = sample(model, ids, max_new_tokens=limit, eos_token_id=eos, num_samples=samples,
                   generator=torch.Generator().manual_seed(seed))
    again = sample(model, ids, max_new_tokens=limit, eos_token_id=eos, num_samples=samples,
                   generator=torch.Generator().manual_seed(seed))
    assert drawn == again and [len(one) for one in drawn] == count * [samples]
    streams = torch.randint(2**63 - 1, (count * samples,), generator=torch.Generator().manual_seed(seed)).tolist()
    for row, candidates in zip(ids, drawn):
        alone = [sample(model, row[None], max_new_tokens=limit, eos_token_id=eos,
                        generator=torch.Generator().manual_seed(streams.pop(0)))[0][0] for _ in range(samples)]
        assert candidates == sorted(alone, key=lambda one: -one.score)


def test_draws_have_the_frequencies_of_the_distribution():
    model = LookupModel(3, 6)
    found = sample(model, torch.tensor([[1]]), max_new_tokens=1, eos_token_id=None, temperature=1.5, top_p=0.95,
                   num_samples=4000, generator=torch.Generator().manual_seed(0))[0]
    shares = (model.logits((1,)) / 1.5).softmax(-1).double()
    order = shares.argsort(descending=True)
    kept = order[shares[order].cumsum(0) <= 0.95]
    counts = torch.tensor([one.tokens[0] for one in found]).bincount(minlength=6)
    assert counts.sum() == counts[kept].sum() == 4000 and 1 < len(kept) < 6
    expected = 4000 * shares[kept] / shares[kept].sum()
    assert stats.chisquare(counts[kept].numpy(), expected.numpy()).pvalue > 1e-4


def test_finished_rows_are_not_computed_and_tokens_are_told_as_they_come():
    model = LookupModel(0, 5)
    ids = torch.tensor([[n] for n in range(5)])
    told = []
    found = greedy(model, ids, max_new_tokens=9, eos_token_id=2, on_token=lambda row, token: told.append((row, token)))
    lengths = [len(candidates[0].tokens) for candidates in found]
    assert len(set(lengths)) > 1 and model.calls == [5] + [sum(length > n for length in lengths)
                                                           for n in range(1, max(lengths))]
    for row, (candidate,) in enumerate(found):
        assert [token for number, token in told if number == row] == candidate.tokens


def test_the_prompt_is_run_once_for_all_samples_and_beams():
    model = LookupModel(0, 5)
    sample(model, torch.tensor([[1, 2, 3]]), max_new_tokens=3, eos_token_id=None, num_samples=4)
    assert model.calls == [1, 4, 4]
    model.calls.clear()
    beam_search(model, torch.tensor([[1, 2, 3]]), max_new_tokens=3, eos_token_id=None, num_beams=4)
    assert model.calls == [1, 4, 4]


def test_a_model_in_training_is_put_back_and_no_graph_is_kept():
    model = tiny_qwen2(0).train()
    model.config.attention_dropout = 0.5
    found = [decode(model, torch.tensor([[1, 2]]), max_new_tokens=3, eos_token_id=None)
             for decode in (greedy, beam_search) for _ in range(2)]
    assert model.training and found[0] == found[1] and found[2] == found[3]
    with pytest.raises(ValueError, match="^input_ids: must be in 0 .. 12, got 13$"):
        greedy(model, torch.tensor([[13]]), eos_token_id=None)
    assert model.training
