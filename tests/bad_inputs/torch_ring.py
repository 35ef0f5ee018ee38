"""The rows of the packages in torch: decoding, autograd, nn, optim."""
import numpy as np
import torch

from minidl import autograd, decoding, nn, optim
from tests.bad_inputs.values import (INF, NAN, NOT_COUNTS, NOT_DISTRIBUTIONS, NOT_FLOATING, NOT_PROBABILITIES, NOT_REAL,
                                     NOT_ROWS, NOT_TENSORS, Row)
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
    "eos_token_id": ["1", [], [13], ["1"], [[1]], {1: 1}, 1.5, NAN, -1, 13, True, b"1"],
    "on_token": [7, "print", [print]]}
X, WEIGHT = torch.ones(3, 2), torch.nn.Parameter(torch.ones(2))
BINS = {"columns": [0, 0], "steps": [0, 1], "mean": [0, 0], "std": [1, 1]}
NOT_SIZES = NOT_COUNTS
NOT_EPS = [*NOT_REAL, -1, INF]
NOT_GENERATORS = [0, "seed", np.random.default_rng(0)]
NOT_FACTORY = {"device": ["nowhere", 1.5, [0]], "dtype": ["float32", 7, torch.int64, torch.complex64]}
NOT_FLAGS = [None, "yes", 2]
NOT_PARAMS = [None, [], "ab", 7, [None], [1.0], WEIGHT, ["ab"]]
NOT_BETAS = [None, "0.9", [0.9], 1j, True, NAN, -0.1, 1.0]


BATCH = {"model": nn.Linear(2, 1), "loss": nn.BCEWithLogitsLoss(), "inputs": (X,), "target": torch.ones(3, 1)}


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
        "num_features": NOT_SIZES, "eps": NOT_EPS, "momentum": [*NOT_REAL[1:], -1, 2], **NOT_FACTORY}),
    "nn.BatchNorm1d()": Row(lambda x: nn.BatchNorm1d(2)(x), {"x": X}, {
        "x": NOT_FLOATING + [torch.ones(2), torch.ones(1, 2), torch.ones(3, 3), torch.ones(3, 2, 1)]}),
    "nn.Dropout": Row(nn.Dropout, {}, {"p": NOT_REAL + [-0.1, 1.1], "generator": NOT_GENERATORS}),
    "nn.Dropout()": Row(lambda x: nn.Dropout()(x), {"x": X}, {"x": NOT_FLOATING}),
    "nn.ReLU()": Row(lambda x: nn.ReLU()(x), {"x": X}, {"x": NOT_FLOATING}),
    "nn.Embedding": Row(nn.Embedding, {"num_embeddings": 2, "embedding_dim": 1}, {
        "num_embeddings": NOT_SIZES, "embedding_dim": NOT_SIZES, "generator": NOT_GENERATORS,
        "padding_idx": NOT_REAL[1:] + [2, -3, 0.5], **NOT_FACTORY}),
    "nn.Embedding()": Row(lambda ids: nn.Embedding(2, 1)(ids), {"ids": torch.tensor([1])}, {
        "ids": NOT_TENSORS + [X, torch.tensor([True]), torch.tensor([1j])]}),
    "nn.Linear": Row(nn.Linear, {"in_features": 2, "out_features": 1}, {
        "in_features": NOT_SIZES, "out_features": NOT_SIZES, "bias": NOT_FLAGS, "generator": NOT_GENERATORS,
        **NOT_FACTORY}),
    "nn.Linear()": Row(lambda x: nn.Linear(2, 1)(x), {"x": X}, {
        "x": NOT_FLOATING + [torch.ones(()), torch.ones(3), torch.ones(2, 3), X.double(), X.half()]}),
    "nn.RMSNorm": Row(nn.RMSNorm, {"normalized_shape": 2}, {
        "normalized_shape": NOT_SIZES + [(), (0,), (2, -1), "ab", (2.0,)], "eps": NOT_EPS,
        "elementwise_affine": NOT_FLAGS, "partial": NOT_PROBABILITIES, **NOT_FACTORY}),
    "nn.RMSNorm()": Row(nn.RMSNorm(2), {"x": X}, {"x": NOT_FLOATING + [torch.ones(3), torch.ones(())]}),
    "nn.Residual()": Row(lambda f: nn.Residual(f)(X), {"f": nn.Linear(2, 2)}, {
        "f": [nn.Linear(2, 1), nn.Linear(2, 3)]}),
    "nn.Residual": Row(lambda layers: nn.Residual(layers), {"layers": nn.ReLU()}, {
        "layers": [None, "a", torch.nn.ReLU(), nn.ReLU]}),
    "nn.Sequential": Row(lambda layers: nn.Sequential(*layers), {"layers": [nn.ReLU()]}, {
        "layers": [[], [None], ["a"], [torch.nn.ReLU()], [nn.ReLU]]}),
    "nn.PiecewiseLinear": Row(nn.PiecewiseLinear, BINS, {
        "columns": [None, "ab", 7, [0.5, 1], [[0], [0, 1]], [[0, 0]], ["a", "b"], [-1, 0]],
        **{name: [None, "ab", 7, [0], [[0, 1]], [[0], [0, 1]], ["a", "b"], [NAN, 1], [1, INF]]
           for name in ("steps", "mean", "std")}}),
    "nn.PiecewiseLinear()": Row(lambda p: nn.PiecewiseLinear(**BINS)(p), {"p": X}, {
        "p": NOT_FLOATING + [torch.ones(3), torch.ones(3, 2, 1), torch.ones(3, 0), torch.ones(2000, 0)]}),
    "nn.cross_entropy": Row(nn.cross_entropy, {"logits": X, "target": torch.tensor([0, 1, 1])}, {
        "logits": NOT_FLOATING + [torch.ones(())], "ignore_index": [None, "1", 1.5],
        "target": [torch.tensor(ids) for ids in ([0, 1], [0, 1, 2], [0, 1, -1], 3 * [-100], [0.0, 1, 1])]
        + NOT_TENSORS}),
    "nn.CrossEntropyLoss": Row(nn.CrossEntropyLoss, {}, {"ignore_index": [None, "1", 1.5]}),
    "nn.binary_cross_entropy_with_logits": Row(nn.binary_cross_entropy_with_logits, {"logits": X, "target": X}, {
        "logits": NOT_FLOATING, "target": NOT_FLOATING + [torch.ones(2), torch.ones(3), torch.ones(3, 2, 1)],
        "pos_weight": [2.0, [2.0], "a", torch.tensor(1j), torch.ones(3), torch.ones(3, 1, 2)]}),
    "nn.BCEWithLogitsLoss": Row(nn.BCEWithLogitsLoss, {}, {"pos_weight": [2.0, [2.0], "a", torch.tensor(1j)]}),
    "nn.backpropagate": Row(nn.backpropagate, BATCH, {
        "model": [None, "a", torch.relu], "loss": [None, "a", lambda y, target: y, lambda y, target: None],
        "inputs": [None, X, "a", (None,)],
        "target": [None, [0.5], "x", 0.5, torch.ones(3), torch.ones(2, 1)]}),
    "optim.SGD": Row(optim.SGD, {"params": [WEIGHT]}, {"params": NOT_PARAMS, "lr": NOT_EPS, "weight_decay": NOT_EPS}),
    "optim.Optimizer.load_state_dict": Row(optim.Lion([WEIGHT]).load_state_dict, {
        "state_dict": optim.Lion([WEIGHT]).state_dict()}, {"state_dict": [
            None, "a", 7, {}, {"state": {}}, {"param_groups": []}, {"param_groups": [7], "state": {}},
            {"param_groups": [], "state": {}}, {"param_groups": [{}], "state": {}}, optim.SGD([WEIGHT]).state_dict()]}),
    "optim.Optimizer.step": Row(optim.SGD([WEIGHT]).step, {}, {"closure": [7, "a", [print]]}),
    "optim.sgd_update": Row(optim.sgd_update, {"weights": [torch.ones(2)], "grads": [torch.ones(2)], "lr": 0.1}, {
        **{name: [None, "a", [None], [torch.ones(3)], []] for name in ("weights", "grads")},
        "lr": NOT_EPS, "weight_decay": NOT_EPS}),
    "optim.Lion": Row(optim.Lion, {"params": [WEIGHT]}, {
        "params": NOT_PARAMS, "lr": NOT_EPS, "weight_decay": NOT_EPS, "maximize": NOT_FLAGS,
        "betas": [("a", "b"), (None, 0.9), None, 0.9, (0.9,), (0.9, 1.0), (-0.1, 0.9), (NAN, 0.9), "ab", 3 * (0.9,)]}),
    "optim.lion_update": Row(optim.lion_update, {
        **{name: torch.ones(2) for name in ("weight", "gradient", "momentum")}, "lr": 0.1, "beta1": 0.9, "beta2": 0}, {
        **{name: NOT_FLOATING + [torch.ones(3)] for name in ("weight", "gradient", "momentum")},
        "lr": NOT_EPS, "weight_decay": NOT_EPS, "beta1": NOT_BETAS, "beta2": NOT_BETAS}),
}
