import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from minidl.decoding import beam_search, greedy
from minidl.decoding.cached import CachedModel, cached_model, inference_mode
from tests.decoding.models import LookupModel, left_padded, tiny_qwen2

CACHED = 1e-4  # float32 logits of these models, up to some tens, differ by less with and without a cache


@given(st.integers(0, 500), st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(0, 12))
def test_logits_equal_those_of_one_run_without_a_cache(seed, ids, token):
    model, ids = tiny_qwen2(seed), torch.tensor([ids])
    with inference_mode(model):
        cached = CachedModel(model, ids)
        logits = torch.cat([cached.start([0]), cached.step(torch.tensor([token]))])
        expected = model(torch.cat([ids, torch.tensor([[token]])], 1)).logits[0, -2:]
    torch.testing.assert_close(logits, expected, rtol=CACHED, atol=CACHED)


@given(st.integers(0, 500), st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=6), min_size=2, max_size=3))
def test_padding_and_reordering_do_not_change_the_logits(seed, prompts):
    model = tiny_qwen2(seed)

    def assert_logits(logits, texts):
        for row, text in zip(logits, texts, strict=True):
            torch.testing.assert_close(row, model(torch.tensor([text])).logits[0, -1], rtol=CACHED, atol=CACHED)

    ids, mask = left_padded(prompts)
    order = torch.tensor([len(prompts) - 1, 0, 0])
    with inference_mode(model):
        cached = CachedModel(model, ids, mask)
        assert_logits(cached.start(range(len(prompts))), prompts)
        cached.reorder(order)
        texts = [prompts[row] for row in order.tolist()]
        for tokens in ([3, 4, 5], [1, 2, 3]):
            texts = [[*text, token] for text, token in zip(texts, tokens)]
            assert_logits(cached.step(torch.tensor(tokens)), texts)


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=3), min_size=1, max_size=6), st.data())
def test_equal_prompts_run_once_and_each_has_any_number_of_rows(prompts, data):
    model = LookupModel(0, 5)
    rows = data.draw(st.lists(st.sampled_from(range(len(prompts))), min_size=1, max_size=8))
    cached, numbers = cached_model(model, *left_padded(prompts))
    with inference_mode(model):
        logits = cached.start([numbers[row] for row in rows])
        assert torch.equal(logits, torch.stack([model.logits(prompts[row]) for row in rows]))
        assert model.calls == [len(set(map(tuple, prompts)))]
        logits = cached.step(torch.ones(len(rows), dtype=torch.int64))
    assert torch.equal(logits, torch.stack([model.logits([*prompts[row], 1]) for row in rows]))


def test_copies_repeat_each_prompt():
    model = LookupModel(0, 5)
    ids, mask = left_padded([[1], [2, 3]])
    with inference_mode(model):
        cached = CachedModel(model, ids, mask)
        logits = cached.start([0, 0, 1, 1])
        assert torch.equal(logits, torch.stack([model.logits(text) for text in ((1,), (1,), (2, 3), (2, 3))]))
        logits = cached.step(torch.tensor([0, 1, 2, 3]))
    assert torch.equal(logits, torch.stack([model.logits(text) for text in ((1, 0), (1, 1), (2, 3, 2), (2, 3, 3))]))
    assert model.calls == [2, 4]


def test_padding_has_a_valid_position_in_a_model_with_learned_positions():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = GPT2LMHeadModel(GPT2Config(vocab_size=9, n_positions=32, n_embd=8, n_layer=2, n_head=2,
                                           bos_token_id=None, eos_token_id=None, initializer_range=1.0)).eval()
    prompts = [[5], [1, 2, 3, 4]]
    ids, mask = left_padded(prompts)
    for decode in (greedy, beam_search):
        results = decode(model, ids, attention_mask=mask, max_new_tokens=6, eos_token_id=None)
        for candidates, prompt in zip(results, prompts):
            alone = decode(model, torch.tensor([prompt]), max_new_tokens=6, eos_token_id=None)[0]
            assert [candidate.tokens for candidate in candidates] == [candidate.tokens for candidate in alone]
