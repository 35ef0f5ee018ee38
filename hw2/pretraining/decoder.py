"""The untrained Qwen2, and the form in which the training loop calls it."""
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from hw2.pretraining.tokenizer import END, PAD

HEAD_FEATURES = 32


class NextTokenLogits(torch.nn.Module):
    """A causal language model that maps ids (N, T) to logits (N, T, V) in float32.

    dtype: that of the matrix products; weights and their gradients stay in float32.
    """

    def __init__(self, decoder, dtype):
        super().__init__()
        self.decoder, self.dtype = decoder, dtype

    def forward(self, ids):
        with torch.autocast("cpu", self.dtype, enabled=self.dtype != torch.float32):
            return self.decoder(input_ids=ids, use_cache=False).logits.float()


def make_decoder(settings, tokenizer):
    """Return an untrained Qwen2; each head has 32 features and its own keys and values."""
    heads = settings.hidden // HEAD_FEATURES
    config = Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=settings.hidden, intermediate_size=settings.hidden * 9 // 4,
        num_hidden_layers=settings.layers, num_attention_heads=heads, num_key_value_heads=heads,
        max_position_embeddings=2048, tie_word_embeddings=True, bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids(END), pad_token_id=tokenizer.convert_tokens_to_ids(PAD))
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        return Qwen2ForCausalLM._from_config(config, attn_implementation="eager")  # the fastest in bfloat16 on a CPU
