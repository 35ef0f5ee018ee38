"""The toy model's tokenizer: one character per token, and two special tokens."""
import re

import torch

EOS, PAD = 151_645, 151_643
SPECIAL = {EOS: "<|im_end|>", PAD: "<|endoftext|>"}
PIECES = re.compile("|".join([*map(re.escape, SPECIAL.values()), "."]), re.DOTALL)


def encode(text):
    """Return a list of the ids of a text's characters; a special token is one id.

    >>> encode("ab<|im_end|>")
    [97, 98, 151645]
    """
    specials = {name: token for token, name in SPECIAL.items()}
    return [specials[part] if part in specials else ord(part) for part in PIECES.findall(text)]


def decode(tokens, skip_eos=False):
    """Return the text of ids.

    >>> decode([97, 98, 151645]), decode([97, 151645], skip_eos=True)
    ('ab<|im_end|>', 'a')
    """
    return "".join(SPECIAL.get(token) or chr(token) for token in tokens if not (skip_eos and token == EOS))


class Encoding(dict):
    """What a tokenizer returns: a dict whose keys are attributes too."""

    __getattr__ = dict.__getitem__

    def to(self, *_, **__):
        return self


class Tokenizer:
    """The part of a transformers tokenizer that decoders use; skip_special_tokens skips EOS only."""

    eos_token, eos_token_id, pad_token, pad_token_id = SPECIAL[EOS], EOS, SPECIAL[PAD], PAD
    bos_token, bos_token_id, padding_side, chat_template = None, None, "left", ""
    all_special_ids = [EOS, PAD]
    vocab_size = 151_643

    def __len__(self):
        return 151_665

    def __call__(self, text, return_tensors=None, **_):
        rows = [encode(part) for part in ([text] if isinstance(text, str) else text)]
        masks = [[1] * len(row) for row in rows]
        if return_tensors == "pt":
            return Encoding(input_ids=torch.tensor(rows), attention_mask=torch.tensor(masks))
        single = isinstance(text, str)
        return Encoding(input_ids=rows[0] if single else rows, attention_mask=masks[0] if single else masks)

    def encode(self, text, return_tensors=None, **_):
        return torch.tensor([encode(text)]) if return_tensors == "pt" else encode(text)

    def decode(self, token_ids, skip_special_tokens=False, **_):
        tokens = token_ids.tolist() if hasattr(token_ids, "tolist") else token_ids
        tokens = [tokens] if isinstance(tokens, int) else [int(token) for token in tokens]
        return decode(tokens, skip_special_tokens)

    def batch_decode(self, rows, **options):
        return [self.decode(row, **options) for row in rows]

    def apply_chat_template(self, messages, tokenize=True, return_tensors=None, return_dict=True, **_):
        """Return the contents of the messages, joined, as text or as ids."""
        text = messages if isinstance(messages, str) else "".join(message["content"] for message in messages)
        if not tokenize:
            return text
        return self(text, return_tensors) if return_dict else self.encode(text, return_tensors)

    def convert_tokens_to_ids(self, tokens):
        return encode(tokens)[0] if isinstance(tokens, str) else [encode(token)[0] for token in tokens]

    def convert_ids_to_tokens(self, tokens):
        return decode([tokens]) if isinstance(tokens, int) else [decode([token]) for token in tokens]

    def get_vocab(self):
        return {decode([token]): token for token in (*range(128), EOS, PAD)}


tokenizer = Tokenizer()
