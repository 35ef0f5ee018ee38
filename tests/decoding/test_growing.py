"""The growing layer holds what transformers' DynamicLayer holds, whatever is appended and reordered."""
import copy
from types import SimpleNamespace

import torch
from hypothesis import example, given
from hypothesis import strategies as st
from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer

from minidl.decoding.growing import ROOM, GrowingLayer, give_room


def states(rows, tokens):
    """Return keys (R, 2, T, 4) and values (R, 2, T, 3), as a model with two heads makes them."""
    return torch.randn(rows, 2, tokens, 4), torch.randn(rows, 2, tokens, 3)


def started(tokens=5, rows=3):
    layer = DynamicLayer()
    layer.update(*states(rows, tokens))
    return layer


@given(steps=st.lists(st.sampled_from([1, 2, ROOM]) | st.lists(st.integers(0, 9), min_size=1, max_size=5), max_size=8))
@example(steps=[1, [0, 1, 2], [2, 2, 0], 1, [1], 1, [0, 0], 1])
@example(steps=[[0], ROOM + 1, 1])
def test_every_step_gives_what_transformers_own_layer_gives(steps):
    plain = started()
    cache = SimpleNamespace(layers=[copy.deepcopy(plain)])
    give_room(cache)
    growing, = cache.layers
    assert type(growing) is GrowingLayer
    for step in steps:
        if isinstance(step, list):
            rows = torch.tensor(step) % len(plain.keys)
            plain.reorder_cache(rows)
            growing.reorder_cache(rows)
        else:
            new = states(len(plain.keys), step)
            for ours, theirs in zip(growing.update(*new), plain.update(*new)):
                assert torch.equal(ours, theirs)
        assert torch.equal(growing.keys, plain.keys) and torch.equal(growing.values, plain.values)
        assert growing.get_seq_length() == plain.get_seq_length()


def test_a_step_writes_in_place():
    layer = GrowingLayer(started())
    first = layer.update(*states(3, 1))[0].data_ptr()
    assert {layer.update(*states(3, 1))[0].data_ptr() for _ in range(ROOM)} == {first}
    assert layer.update(*states(3, 1))[0].data_ptr() != first


def test_only_plain_layers_that_hold_something_are_replaced():
    cache = SimpleNamespace(layers=[DynamicLayer(), DynamicSlidingWindowLayer(sliding_window=4)])
    give_room(cache)
    assert [type(layer) for layer in cache.layers] == [DynamicLayer, DynamicSlidingWindowLayer]
    give_room(DynamicCache())
    give_room(object())


def test_a_copy_has_a_memory_of_its_own():
    layer = GrowingLayer(started())
    layer.update(*states(3, 1))
    other = copy.deepcopy(layer)
    kept = layer.keys.clone()
    other.reorder_cache(torch.tensor([2, 1, 0]))
    other.update(*states(3, 1))
    assert torch.equal(layer.keys, kept)
