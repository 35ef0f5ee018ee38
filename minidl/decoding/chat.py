"""A chat as token ids, and the tokens that end its answer."""
from typing import TYPE_CHECKING, Any

import torch

from minidl.decoding.candidate import LanguageModel
from minidl.decoding.config import end_tokens, vocabulary_size
from minidl.errors import first_line

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

CHATML_END = "<|im_end|>"
SYSTEM, ANSWER = "systemmessage", "answertext"  # texts to look for in what a template writes


def encode_chat(tokenizer: "PreTrainedTokenizerBase", system: str, prompt: str) -> torch.Tensor:
    """Return a system message and a prompt as ids, (1, T) int64, by the chat template (ChatML if there is none).

    The ids end with the start of the assistant's message, so the model continues with the
    answer.  If the template takes no system message, it stands before the prompt.
    Raises a ValueError if the template cannot write the messages.
    """
    messages = [("system", system), ("user", prompt)] if takes_system(tokenizer) else [
        ("user", f"{system}\n\n{prompt}")]
    try:
        text = written(tokenizer, messages, add_generation_prompt=True)
    except Exception as error:  # templates raise any type
        raise ValueError(f"tokenizer: its chat template must take a user's message, got an error ({first_line(error)})"
                         ) from None
    ids: torch.Tensor = tokenizer(text, return_tensors="pt", add_special_tokens=False)["input_ids"]
    return ids


def takes_system(tokenizer: "PreTrainedTokenizerBase") -> bool:
    """Return whether the chat template writes a system message; some refuse it, some drop it."""
    try:
        return SYSTEM in written(tokenizer, [("system", SYSTEM), ("user", "a")], add_generation_prompt=True)
    except Exception:  # templates raise any type
        return False


def answer_ends(model: LanguageModel, tokenizer: "PreTrainedTokenizerBase") -> frozenset[int]:
    """Return the tokens that end an answer: the model's, the tokenizer's and the one after a template's answer."""
    others = {tokenizer.eos_token_id, turn_end(tokenizer)} - {None}
    return end_tokens(model) | {token for token in others if token < vocabulary_size(model)}


def turn_end(tokenizer: "PreTrainedTokenizerBase") -> int | None:
    """Return the token that the chat template (ChatML if there is none) writes after an answer, if it is one token."""
    try:
        text = written(tokenizer, [("user", "a"), ("assistant", ANSWER)], add_generation_prompt=False)
    except Exception:  # templates raise any type
        return None
    tail, vocabulary = text.partition(ANSWER)[2].lstrip(), tokenizer.get_vocab()
    names = [*tokenizer.all_special_tokens, *tokenizer.get_added_vocab(), CHATML_END]
    ends = [name for name in names if name and name in vocabulary and tail.startswith(name)]
    return vocabulary[max(ends, key=len)] if ends else None


def written(tokenizer: "PreTrainedTokenizerBase", messages: list[tuple[str, str]], add_generation_prompt: bool) -> str:
    """Return (role, content) messages as a text; add_generation_prompt: with the start of an answer at the end."""
    if tokenizer.chat_template:
        chat: Any = [{"role": role, "content": content} for role, content in messages]
        return str(tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=add_generation_prompt))
    text = "".join(f"<|im_start|>{role}\n{content}{CHATML_END}\n" for role, content in messages)
    return text + "<|im_start|>assistant\n" * add_generation_prompt
