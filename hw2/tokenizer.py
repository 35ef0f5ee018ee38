"""A small tokenizer in ChatML form: byte-level pairs (BPE), trained on the text that it will meet.

Which pairs there are is learned from text cut so that a name is the same tokens
wherever it stands: a word in small letters carries the space before it, one with a
capital does not, and a digit is a token.  Copying a name or a sum from a sentence into
JSON then is copying tokens.  The tokenizer itself is of Qwen2's class, since that is
what from_pretrained makes of a folder with a Qwen2, whatever cut stands in its files.

Source: Sennrich, Haddow and Birch, "Neural machine translation of rare words with
subword units", 2015, arXiv 1508.07909.
"""
import json

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from transformers import Qwen2Tokenizer

PIECES = r" ?\p{Ll}+|\p{Lu}+\p{Ll}*|\p{N}| ?[^\s\p{L}\p{N}]+|\s"
PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
TEMPLATE = ("{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
            "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def train_tokenizer(texts, size):
    """Return a tokenizer of `size` tokens for texts, an iterable of strings; the same texts give the same tokens."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    inner.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, special_tokens=[PAD, START, END], initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False))
    learned = json.loads(inner.to_str())["model"]
    tokenizer = Qwen2Tokenizer(learned["vocab"], list(map(tuple, learned["merges"])), eos_token=END, pad_token=PAD,
                               additional_special_tokens=[START])
    tokenizer.chat_template = TEMPLATE
    return tokenizer
