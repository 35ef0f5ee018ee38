"""Decoding with a dozen types of models; `python -m tests.benchmarks architectures` tries all of transformers'."""
import pytest
import torch

from tests.decoding.architectures import small_model
from tests.decoding.verdicts import QUESTIONS, verdict

RIGHT = ("llama", "gemma3_text", "gpt2", "bloom", "mpt", "bamba", "minimax", "qwen3_next", "mamba", "mamba2", "rwkv",
         "xlstm", "bart", "git", "opt")
DECODERS_BY_SETTING = ("bert", "roberta")
REFUSED = {"bert": "got BertLMHeadModel without one; if it was trained as a decoder, set is_decoder in its config",
           "openai-gpt": "got OpenAIGPTLMHeadModel without one",
           "cpmant": "got CpmAntForCausalLM, which takes the whole text at each step",
           "prophetnet": "got ProphetNetForCausalLM, whose cache changes its logits"}


@pytest.mark.parametrize("name", [*RIGHT, *(f"{name}, is_decoder" for name in DECODERS_BY_SETTING)])
def test_equals_the_model_without_a_cache(name):
    name, *setting = name.split(", ")
    model = small_model(name, **dict.fromkeys(setting, True))
    assert {name: verdict(question, model) for name, question in QUESTIONS.items()} == dict.fromkeys(QUESTIONS, "right")


class Wrapper(torch.nn.Module):
    """A model that passes all arguments on, as peft's do."""

    def __init__(self, model):
        super().__init__()
        self.inner, self.config, self.device = model, model.config, model.device

    def forward(self, *arguments, **named):
        return self.inner(*arguments, **named)


@pytest.mark.parametrize("name", ["llama", "mamba"])
def test_a_wrapper_is_called_as_the_model_inside(name):
    model = Wrapper(small_model(name))
    assert {name: verdict(question, model) for name, question in QUESTIONS.items()} == dict.fromkeys(QUESTIONS, "right")


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_is_no_decoder_with_a_cache(name):
    model = small_model(name)
    for question in QUESTIONS.values():
        assert verdict(question, model) == f"refused: model: must be a causal decoder with a cache, {REFUSED[name]}"


def test_refuses_an_encoder_decoder():
    from transformers import T5Config, T5ForConditionalGeneration
    model = T5ForConditionalGeneration(T5Config(vocab_size=97, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2))
    assert {verdict(question, model) for question in QUESTIONS.values()} == {
        "refused: model: must be a causal decoder, got the encoder-decoder T5ForConditionalGeneration"}
