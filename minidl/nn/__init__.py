"""Layers and losses with torch.nn's names and state_dict keys; every gradient is written by hand.

Shapes in this package: B batch, D input features, H output features, V rows of an embedding table.
"""
from minidl.nn.backprop import backpropagate
from minidl.nn.batchnorm import BatchNorm1d
from minidl.nn.binary_cross_entropy import BCEWithLogitsLoss, binary_cross_entropy_with_logits
from minidl.nn.containers import Residual, Sequential
from minidl.nn.cross_entropy import CrossEntropyLoss, cross_entropy
from minidl.nn.dropout import Dropout
from minidl.nn.embedding import Embedding
from minidl.nn.layer import Layer
from minidl.nn.linear import Linear
from minidl.nn.piecewise import PiecewiseLinear
from minidl.nn.relu import ReLU
from minidl.nn.rmsnorm import RMSNorm

__all__ = [
    "BCEWithLogitsLoss", "BatchNorm1d", "CrossEntropyLoss", "Dropout", "Embedding", "Layer", "Linear",
    "PiecewiseLinear", "RMSNorm", "ReLU", "Residual", "Sequential", "backpropagate",
    "binary_cross_entropy_with_logits", "cross_entropy",
]
