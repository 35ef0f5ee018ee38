"""A model folder in the format of transformers: a small random Qwen2 and a byte-level tokenizer with ChatML."""
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from tests.decoding.models import tiny_qwen2

TEMPLATE = ("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
            "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def byte_tokenizer():
    """Return a tokenizer of 256 bytes and three special tokens."""
    vocabulary = {character: token for token, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    backend = Tokenizer(models.BPE(vocabulary, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|im_end|>", pad_token="<|endoftext|>",
                                        additional_special_tokens=["<|im_start|>"])
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def save_model(folder, seed=0):
    """Save the model and its tokenizer into the folder; return the folder."""
    tokenizer = byte_tokenizer()
    tiny_qwen2(seed, vocabulary=len(tokenizer), positions=2048).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
