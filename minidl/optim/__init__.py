"""Optimisers by hand, on torch's Optimizer: parameter groups, closures, schedulers, state_dict."""
from minidl.optim.sgd import SGD, sgd_update

__all__ = ["SGD", "sgd_update"]
