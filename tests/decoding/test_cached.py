import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from minidl.decoding import beam_search, greedy
from minidl.decoding.cached import CachedModel, at_work
from tests.decoding.models import tiny_qwen2

CACHED = 1e-4  # what a float32 logit of these models differs by with and without a cache


@given(st.integers(0, 500), st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(0, 12))
def test_without_a_mask_all_tokens_count(seed, ids, token):
    model, ids = tiny_qwen2(seed), torch.tensor([ids])
    with at_work(model):
        cached = CachedModel(model, ids)
        found = cached.start(), cached.step(torch.tensor([token]))
        wanted = model(torch.cat([ids, torch.tensor([[token]])], 1)).logits[0, -2:]
    torch.testing.assert_close(torch.cat(found), wanted, rtol=CACHED, atol=CACHED)


def test_padding_has_a_position_that_a_model_of_learned_positions_knows():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = GPT2LMHeadModel(GPT2Config(vocab_size=9, n_positions=32, n_embd=8, n_layer=2, n_head=2,
                                           bos_token_id=None, eos_token_id=None, initializer_range=1.0)).eval()
    rows, mask = torch.tensor([[0, 0, 0, 5], [1, 2, 3, 4]]), torch.tensor([[0, 0, 0, 1], [1, 1, 1, 1]])
    for decode in (greedy, beam_search):
        found = decode(model, rows, attention_mask=mask, max_new_tokens=6, eos_token_id=None)
        for candidates, prompt in zip(found, ([5], [1, 2, 3, 4])):
            alone = decode(model, torch.tensor([prompt]), max_new_tokens=6, eos_token_id=None)[0]
            assert [one.tokens for one in candidates] == [one.tokens for one in alone]
