"""Optimisers written by hand, on torch's Optimizer: parameter groups, closures, schedulers, state_dict."""
from minidl.optim.lion import Lion, lion_update
from minidl.optim.optimizer import Optimizer
from minidl.optim.sgd import SGD, sgd_update

__all__ = ["Lion", "Optimizer", "SGD", "lion_update", "sgd_update"]
