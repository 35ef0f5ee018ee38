"""A checkpoint of a training: weights, optimizer state and history, bound to the settings and the tokenizer."""
import hashlib
import json

import torch

from minidl.files import replacing


def checkpoint_key(training):
    """Return a hash of what must be equal for a checkpoint to be loaded: the settings and the tokenizer."""
    key = json.dumps([training.settings._asdict(), training.tokenizer.backend_tokenizer.to_str()])
    return hashlib.sha256(key.encode()).hexdigest()


def save_checkpoint(training, path):
    """Write everything that `load_checkpoint` needs."""
    with replacing(path) as temporary:
        torch.save({"key": checkpoint_key(training), "model": training.decoder.state_dict(),
                    "history": training.history, "optimizer": training.optimizer.state_dict()}, temporary)


def load_checkpoint(training, path):
    """Continue a training from a checkpoint; raise a ValueError if it belongs to another training."""
    try:
        checkpoint = torch.load(path, weights_only=True)
        same = checkpoint["key"] == checkpoint_key(training)
    except Exception as error:  # torch.load raises many types for a damaged file
        raise ValueError(f"{path}: must be a checkpoint of a training, got a file that cannot be read "
                         f"({str(error).splitlines()[0]}); --fresh starts again") from None
    if not same:
        raise ValueError(f"{path}: must be of a training with the same settings and tokenizer, got one of another "
                         "training; --fresh starts again")
    training.decoder.load_state_dict(checkpoint["model"])
    training.optimizer.load_state_dict(checkpoint["optimizer"])
    training.history = checkpoint["history"]
