"""A cache layer with room for further tokens.

transformers' DynamicLayer copies the keys and values of all rows and tokens at every step
and at every reordering.  Here a step writes the new token behind the others and copies the
others only once in ROOM tokens; a reordering copies the rows that change.  The values are
the same to the last bit.
"""
from typing import Any

import torch
from transformers.cache_utils import DynamicLayer

ROOM = 128  # tokens


class GrowingLayer(DynamicLayer):
    """The keys and values of one layer, each (B, H, T, D): the first T tokens of a longer tensor."""

    keys: torch.Tensor
    values: torch.Tensor
    whole: tuple[torch.Tensor, ...] = ()  # the longer tensors, of the keys and of the values

    def __init__(self, layer: DynamicLayer) -> None:
        """Take over what a layer has."""
        vars(self).update(vars(layer))

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
               ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append the keys and values of new tokens; return those of all tokens."""
        old, new = self.get_seq_length(), key_states.shape[-2]
        if not self.whole or self.whole[0].shape[-2] < old + new:
            self.whole = with_room(self.keys, new + ROOM), with_room(self.values, new + ROOM)
        for whole, states in zip(self.whole, (key_states, value_states)):
            whole.narrow(-2, old, new).copy_(states)
        self.keys, self.values = (whole.narrow(-2, 0, old + new) for whole in self.whole)
        return self.keys, self.values

    def reorder_cache(self, beam_idx: torch.Tensor) -> None:
        """Replace row r by row beam_idx[r] for every r."""
        rows = beam_idx.to(self.keys.device)
        if not self.whole or len(rows) != len(self.keys):
            self.whole = ()
            super().reorder_cache(rows)  # type: ignore[arg-type]  # any integer tensor serves
            return
        moved = (rows != torch.arange(len(rows), device=rows.device)).nonzero()[:, 0]
        for states in (self.keys, self.values):
            states[moved] = states[rows[moved]]  # the right side is a copy


def with_room(states: torch.Tensor, room: int) -> torch.Tensor:
    """Return a tensor (B, H, T + room, D) that begins with the keys or values (B, H, T, D)."""
    *batch, size, width = states.shape
    whole = states.new_empty(*batch, size + room, width)
    whole.narrow(-2, 0, size).copy_(states)
    return whole


def give_room(cache: Any) -> None:
    """Replace the plain layers of a transformers cache by GrowingLayers; leave layers of other types as they are."""
    for number, layer in enumerate(getattr(cache, "layers", ())):
        if type(layer) is DynamicLayer and layer.is_initialized:
            cache.layers[number] = GrowingLayer(layer)
