"""A small language model in place of Qwen2.5-0.5B-Instruct: it takes the same calls, and says when a call is wrong.

    from tests.grade.toy import Toy, ids, tokenizer
    model = Toy(3)                      another number, another language
    my_greedy(model, ids("xy"))

It has logits over 151,936 ids, of which six are live: the letters a, b, c and d, the assignment's EOS, and 151643.
The others have the logit DEAD.  So the letters x, y and z of the prompts are never generated.  The logits depend on
all tokens so far.  Beyond HORIZON new tokens a text ends, so that a function without a limit ends too.
"""
import hashlib
from functools import lru_cache

import numpy as np
import torch

from tests.grade.piece import Complaint
from tests.grade.toy_tokenizer import EOS, PAD, encode, tokenizer

__all__ = ["Toy", "ids", "next_logits", "tokenizer"]

VOCABULARY = 151_936
LIVE = (*encode("abcd"), EOS, PAD)
DEAD = -1e4
SPREAD = 3.0  # the live logits lie in an interval of this length
EOS_BONUS = (0.0, 1.0, 2.0, -1.0)  # by the seed: short texts and long ones
HORIZON, ENDING = 12, 50.0
MAX_CALLS = 120  # a right implementation needs at most 113
SHIFT = 100.0  # see Toy.logits


class Endless(BaseException):
    """The model was called too often; a BaseException, so that `except Exception` does not swallow it."""


def ids(text):
    """Return the ids of a text, one per character, (1, T) int64.

    >>> ids("xy").tolist()
    [[120, 121]]
    """
    return torch.tensor([encode(text)])


@lru_cache(maxsize=100_000)
def next_logits(seed, tokens, n_new):
    """Return the logits of the LIVE ids after `tokens`, the last n_new of which are new; they are exact in float32."""
    digest = hashlib.blake2b(repr((seed, tokens)).encode(), digest_size=4 * len(LIVE)).digest()
    numbers = [int.from_bytes(digest[i:i + 4], "big") >> 8 for i in range(0, len(digest), 4)]
    logits = [SPREAD * number / 2**24 for number in numbers]
    logits[LIVE.index(EOS)] += EOS_BONUS[seed % len(EOS_BONUS)] + (ENDING if n_new >= HORIZON else 0)
    return torch.tensor(logits).tolist()


@lru_cache(maxsize=None)
def config():
    from transformers import Qwen2Config  # imported late: only the pieces of decoding need transformers
    return Qwen2Config(vocab_size=VOCABULARY, num_hidden_layers=1, eos_token_id=EOS, pad_token_id=PAD,
                       max_position_embeddings=32_768)


def load():
    """Import what the toy model needs of transformers."""
    Toy()(ids("x"))


class Toy(torch.nn.Module):
    """The toy model.

    seed: the number of its language.
    table: six logits for the LIVE ids that do not depend on the tokens, or None.
    complaint: the first wrong call, as text, or None.
    """

    def __init__(self, seed=0, table=None):
        super().__init__()
        self.seed, self.table, self.config, self.tokenizer = seed, table, config(), tokenizer
        self.generation_config = self.config
        self.weight = torch.nn.Parameter(torch.zeros(1))  # for code that reads the device from the parameters
        self.calls, self.prompt, self.complaint = 0, None, None

    device = property(lambda self: self.weight.device)
    dtype = property(lambda self: self.weight.dtype)

    def generate(self, *_, **__):
        raise Complaint("calls model.generate, which the assignment does not allow")

    def forward(self, input_ids, attention_mask=None, position_ids=None, past_key_values=None, inputs_embeds=None,
                labels=None, use_cache=None, cache_position=None, logits_to_keep=0, return_dict=True, **_):
        """Return what a transformers causal language model returns: .logits (B, T, V) and .past_key_values."""
        from transformers import DynamicCache
        from transformers.modeling_outputs import CausalLMOutputWithPast
        if input_ids.ndim != 2 or not input_ids.numel():
            raise ValueError(f"input_ids: must be (B, T), got shape {tuple(input_ids.shape)}")
        if not 0 <= input_ids.min() <= input_ids.max() < VOCABULARY:
            raise IndexError(f"input_ids: must be in 0 .. {VOCABULARY - 1}")
        self.count(input_ids)
        cache, n_past = past_key_values, 0
        if cache is None and use_cache is not False:
            cache = DynamicCache()
        seen = input_ids  # (B, all tokens so far)
        if cache is not None:
            n_past = cache.get_seq_length()
            keys = input_ids.long()[:, None, :, None]  # the cache holds the ids themselves
            seen = cache.update(keys, keys, 0)[0][:, 0, :, 0]
        self.check(input_ids, seen, n_past, attention_mask)
        logits = self.logits(seen, attention_mask, n_past, logits_to_keep)
        if not return_dict:
            return logits, cache
        return CausalLMOutputWithPast(logits=logits, past_key_values=cache)

    def count(self, input_ids):
        """Count the call; the first one's ids are the prompt."""
        self.calls += 1
        if self.prompt is None:
            self.prompt = input_ids[0].tolist()
        if self.calls > MAX_CALLS:
            raise Endless

    def check(self, input_ids, seen, n_past, mask):
        """Note the first call in which the model sees other tokens, or another mask, than the text has."""
        n_prompt, n = len(self.prompt), seen.shape[1]
        begins = input_ids[0, :n_prompt].tolist() == self.prompt
        if not n_past and not begins and self.calls > 1:
            new = self.calls - 1
            text = ("the last token alone is fed, without a cache" if n == 1 else
                    "the ids fed do not begin with the prompt")
        elif n_past and begins:
            new, text = input_ids.shape[1] - n_prompt, "all ids are fed again together with a cache"
        elif mask is not None and mask.ndim == 2 and mask.shape[1] != n:
            new = n - n_prompt
            text = f"the attention mask is {'shorter' if mask.shape[1] < n else 'longer'} than the ids"
        else:
            return
        self.complaint = self.complaint or f"after {new} token{'' if new == 1 else 's'} {text}"

    def logits(self, seen, mask, n_past, keep):
        """Return the logits (B, kept positions, V).

        Those of earlier positions are shifted by SHIFT, and DEAD is 0 there: a fresh array of zeros costs nothing.
        """
        rows = seen.tolist()
        if mask is not None and mask.shape == seen.shape:
            rows = [[token for token, m in zip(row, kept) if m] for row, kept in zip(rows, mask.tolist())]
        length = seen.shape[1] - n_past
        positions = list(range(length)) if isinstance(keep, int) and not keep else (
            list(range(length))[-keep:] if isinstance(keep, int) else torch.arange(length)[keep].tolist())
        result = zeros(len(rows), len(positions))
        values = [[self.row(tuple(row[:len(row) - (length - 1 - position)])) for position in positions] for row in rows]
        last = torch.tensor([position == length - 1 for position in positions])
        result[:, last] = DEAD
        result[..., list(LIVE)] = torch.tensor(values) + torch.where(last, 0.0, SHIFT)[:, None]
        return result

    def row(self, tokens):
        """Return the six live logits after some tokens."""
        return list(self.table or next_logits(self.seed, tokens, len(tokens) - len(self.prompt)))


def zeros(*shape):
    """Return zeros (*shape, V) whose memory is touched only where it is read or written."""
    return torch.from_numpy(np.zeros((*shape, VOCABULARY), np.float32))
