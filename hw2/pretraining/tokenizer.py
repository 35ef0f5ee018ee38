"""A small tokenizer in ChatML form: byte pair encoding (BPE), trained on the text of the small model.

Merges stay inside the pieces that PIECES cuts. A word in lower case includes the space before it, a capitalised
word does not, and each digit is a token. So a name or a number has the same tokens everywhere, and copying it
from a sentence into JSON is copying tokens. The class is Qwen2Tokenizer, because from_pretrained loads the
tokenizer of a Qwen2 folder as this class.

Source: Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", arXiv 1508.07909.
"""
import json

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from transformers import Qwen2Tokenizer

PIECES = r" ?\p{Ll}+|\p{Lu}+\p{Ll}*|\p{N}| ?[^\s\p{L}\p{N}]+|\s"
PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
TEMPLATE = ("{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
            "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def train_tokenizer(texts, size):
    """Return a tokenizer with `size` tokens, trained on an iterable of strings; equal texts give equal tokenizers."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PIECES), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    bpe.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, special_tokens=[PAD, START, END], initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False))
    model = json.loads(bpe.to_str())["model"]
    tokenizer = Qwen2Tokenizer(model["vocab"], list(map(tuple, model["merges"])), eos_token=END, pad_token=PAD,
                               additional_special_tokens=[START])
    tokenizer.chat_template = TEMPLATE
    return tokenizer
