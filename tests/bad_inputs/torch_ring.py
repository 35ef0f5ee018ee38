"""The rows of the packages in torch: decoding, autograd, nn, optim."""
import numpy as np
import torch

from minidl import autograd, decoding, nn, optim
from tests.bad_inputs.values import (INF, NAN, NOT_COUNTS, NOT_DISTRIBUTIONS, NOT_FLOATING, NOT_PROBABILITIES, NOT_REAL,
                                     NOT_ROWS, Row)
from tests.decoding.models import tiny_qwen2

MODEL = tiny_qwen2(0)
DECODER = {"model": MODEL, "input_ids": torch.tensor([[1, 2, 3]]), "eos_token_id": None, "max_new_tokens": 1}
NOT_PROMPTS = {
    "model": [None, "Qwen2", 7, torch.nn.Linear(1, 1)],
    "input_ids": [None, [[1, 2]], "ab", np.ones((1, 2), int), torch.tensor(1), torch.tensor([1, 2]), torch.ones(1, 2),
                  torch.ones(1, 0, dtype=torch.int64), torch.ones(1, 1, 2, dtype=torch.int64), torch.tensor([[-1]]),
                  torch.tensor([[13]]), torch.tensor([[True]])],
    "attention_mask": ["ab", 1, [1, 1], [[1, 1, 0]], [[1, 0, 1]], [[0, 0, 0]], [[1, 1]], [[1, 1], [1]], [[0.5, 1, 1]],
                       [["a", "b", "c"]], [[NAN, 1, 1]], [[None, 1, 1]]],
    "max_new_tokens": NOT_COUNTS,
    "eos_token_id": ["1", [1], 1.5, NAN, -1, 13, True],
    "on_token": [7, "print", [print]],
    "on_step": [7, "print", [print]]}
X, WEIGHT = torch.ones(3, 2), torch.nn.Parameter(torch.ones(2))
NOT_SIZES = [0, -1, NAN, -INF]
NOT_EPS = [None, "1", [1.0], 1j, NAN, -1, INF]


def backpropagate(model, target):
    """Call backpropagate with a batch of three rows."""
    return nn.backpropagate(model, nn.BCEWithLogitsLoss(), (X,), target)


ROWS = {
    "decoding.temperature": Row(decoding.temperature, {"logits": torch.ones(1, 2), "t": 1.0}, {
        "logits": NOT_ROWS + NOT_DISTRIBUTIONS}),
    "decoding.top_p_filter": Row(decoding.top_p_filter, {"logits": torch.ones(1, 2), "top_p": 0.9}, {
        "logits": NOT_ROWS + NOT_DISTRIBUTIONS, "top_p": NOT_PROBABILITIES, "keep_crossing": [None, "yes", 2]}),
    "decoding.greedy": Row(decoding.greedy, DECODER, NOT_PROMPTS),
    "decoding.sample": Row(decoding.sample, DECODER, {
        **NOT_PROMPTS, "temperature": NOT_REAL + [0, -1, INF], "top_p": NOT_PROBABILITIES, "num_samples": NOT_COUNTS,
        "keep_crossing": [None, "yes", 2], "generator": [0, "seed", np.random.default_rng(0)]}),
    "decoding.beam_search": Row(decoding.beam_search, DECODER, {
        **NOT_PROMPTS, "num_beams": NOT_COUNTS + [14], "length_penalty": NOT_REAL + [-101, 101, INF]}),
    "autograd.exp_cos": Row(autograd.exp_cos, {"x": torch.ones(1, 2), "y": torch.ones(1, 2)}, {
        "x": NOT_FLOATING + [torch.ones(3)], "y": NOT_FLOATING + [torch.ones(3)]}),
    "decoding.temperature()": Row(lambda temperature: decoding.temperature(torch.ones(1, 2), temperature), {
        "temperature": 1.0}, {"temperature": NOT_REAL + [0, -1, INF]}),
    "nn.BatchNorm1d": Row(nn.BatchNorm1d, {"num_features": 2}, {
        "num_features": NOT_SIZES, "eps": [-1, NAN], "momentum": [-1, 2, NAN]}),
    "nn.BatchNorm1d()": Row(lambda x: nn.BatchNorm1d(2)(x), {"x": X}, {
        "x": [torch.ones(2), torch.ones(1, 2), torch.ones(3, 3), torch.ones(3, 2, 1)]}),
    "nn.Dropout": Row(nn.Dropout, {}, {"p": [NAN, -0.1, 1.1]}),
    "nn.Embedding": Row(nn.Embedding, {"num_embeddings": 2, "embedding_dim": 1}, {
        "num_embeddings": NOT_SIZES, "embedding_dim": NOT_SIZES}),
    "nn.Embedding()": Row(lambda ids: nn.Embedding(2, 1)(ids), {"ids": torch.tensor([1])}, {
        "ids": [X, torch.tensor([True]), torch.tensor([1j])]}),
    "nn.Linear": Row(nn.Linear, {"in_features": 2, "out_features": 1}, {
        "in_features": NOT_SIZES, "out_features": NOT_SIZES}),
    "nn.Linear()": Row(lambda x: nn.Linear(2, 1)(x), {"x": X}, {"x": [torch.ones(3), torch.ones(2, 3)]}),
    "nn.RMSNorm": Row(nn.RMSNorm, {"normalized_shape": 2}, {
        "normalized_shape": [0, -1, (), (0,), (2, -1)], "eps": NOT_EPS, "partial": [NAN, 0, 1.5, -0.1]}),
    "nn.RMSNorm()": Row(nn.RMSNorm(2), {"x": X}, {"x": NOT_FLOATING + [torch.ones(3), torch.ones(())]}),
    "nn.Residual": Row(lambda layers: nn.Residual(layers), {"layers": nn.ReLU()}, {
        "layers": [None, "a", torch.nn.ReLU(), nn.ReLU]}),
    "nn.Sequential": Row(lambda layers: nn.Sequential(*layers), {"layers": [nn.ReLU()]}, {
        "layers": [[], [None], ["a"], [torch.nn.ReLU()], [nn.ReLU]]}),
    "nn.PiecewiseLinear": Row(nn.PiecewiseLinear, {"columns": [0, 0], "steps": [0, 1], "mean": [0, 0], "std": [1, 1]}, {
        "steps": [[0], [[0, 1]]], "mean": [[0]], "std": [[0]]}),
    "nn.cross_entropy": Row(nn.cross_entropy, {"logits": X, "target": torch.tensor([0, 1, 1])}, {
        "target": [torch.tensor(ids) for ids in ([0, 1], [0, 1, 2], [0, 1, -1], 3 * [-100])]}),
    "nn.binary_cross_entropy_with_logits": Row(nn.binary_cross_entropy_with_logits, {"logits": X, "target": X}, {
        "target": [torch.ones(2), torch.ones(3), torch.ones(3, 2, 1)]}),
    "nn.backpropagate": Row(backpropagate, {"model": nn.Linear(2, 1), "target": torch.ones(3, 1)}, {
        "target": [torch.ones(3), torch.ones(2, 1)]}),
    "optim.SGD": Row(optim.SGD, {"params": [WEIGHT]}, {"lr": NOT_EPS, "weight_decay": NOT_EPS}),
    "optim.Lion": Row(optim.Lion, {"params": [WEIGHT]}, {
        "lr": NOT_EPS, "weight_decay": NOT_EPS,
        "betas": [None, 0.9, (0.9,), (0.9, 1.0), (-0.1, 0.9), (NAN, 0.9), "ab", (0.9, 0.9, 0.9)]}),
}
