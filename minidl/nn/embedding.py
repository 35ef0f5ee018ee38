"""Embedding: a table of vectors, looked up by id.

    y_i = W[id_i]        dL/dW[v] = sum of g_i over all i with id_i = v,        g = dL/dy

The row of padding_idx gets no gradient, so it keeps its value.
Initial values: standard normal, as in torch.nn.Embedding; zeros in the row of padding_idx.
"""
import torch
from torch import nn

from minidl.checks import check_count, is_whole, require
from minidl.nn.dtypes import cast
from minidl.nn.layer import Device, Grads, Layer, Tape
from minidl.tensors import check_factory, check_generator, check_integers


def embedding(ids: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return weight[ids], (..., H), for ids (...) and weight (V, H)."""
    return weight.index_select(0, ids.reshape(-1)).view(*ids.shape, weight.shape[1])


def embedding_backward(grad: torch.Tensor, ids: torch.Tensor, weight: torch.Tensor, padding_idx: int | None = None
                       ) -> torch.Tensor:
    """Return dL/dW (V, H) for grad = dL/dy (..., H)."""
    rows = cast(grad.reshape(-1, weight.shape[1]), weight.dtype)
    grad_weight = torch.zeros_like(weight).index_add_(0, ids.reshape(-1), rows)
    if padding_idx is not None:
        grad_weight[padding_idx] = 0
    return grad_weight


class Embedding(Layer):
    """torch.nn.Embedding by hand: weight (num_embeddings, embedding_dim).

    Args:
        num_embeddings, embedding_dim: sizes V and H.
        padding_idx: None, or the row in -V .. V - 1 that gets no gradient, initially zeros.
        generator: torch.Generator for the initial values; None means torch's global one.
        device, dtype: of the weight.

    Input: ids, int64 or int32, of any shape; an id outside 0 .. V - 1 raises an IndexError.
    Differs from torch: no norm limit, no sparse gradient.

    >>> layer = Embedding(3, 2)
    >>> _ = layer.load_state_dict({"weight": torch.tensor([[0., 1.], [2., 3.], [4., 5.]])})
    >>> layer(torch.tensor([2, 0])).tolist()
    [[4.0, 5.0], [0.0, 1.0]]
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None, *,
                 generator: torch.Generator | None = None, device: Device = None, dtype: torch.dtype | None = None
                 ) -> None:
        super().__init__()
        check_count("num_embeddings", num_embeddings)
        check_count("embedding_dim", embedding_dim)
        check_generator(generator)
        check_factory(device, dtype)
        if padding_idx is not None:
            rule = f"must be None or a row in {-num_embeddings} .. {num_embeddings - 1}"
            require(is_whole(padding_idx), "padding_idx", rule, padding_idx, TypeError)
            require(-num_embeddings <= padding_idx < num_embeddings, "padding_idx", rule, padding_idx)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = nn.Parameter(torch.empty(num_embeddings, embedding_dim, device=device, dtype=dtype))
        self.reset_parameters(generator)

    @torch.no_grad()
    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Draw the initial weights again."""
        self.weight.normal_(generator=generator)
        if self.padding_idx is not None:
            self.weight[self.padding_idx] = 0

    def compute(self, tape: Tape, ids: torch.Tensor) -> torch.Tensor:
        check_integers("ids", ids, (torch.int64, torch.int32))
        weight = self.weight
        tape.append((ids, weight))
        return embedding(ids, weight)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        ids, weight = tape.pop()
        return [None, embedding_backward(grad, ids, weight, self.padding_idx)]

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
