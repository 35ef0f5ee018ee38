"""A chat as token ids, and the tokens that end its answer."""
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch

from minidl.checks import require
from minidl.decoding.candidate import LanguageModel
from minidl.decoding.config import end_tokens, vocabulary_size
from minidl.errors import first_line
from minidl.limits import limited

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

CHATML_END = "<|im_end|>"
MAX_TEXT = 1_000_000  # characters of the messages, and of what a template makes of them
MAX_SECONDS, MAX_MEMORY = 10.0, 1 << 30  # of a template, which is a program that comes with the model
TEMPLATE_LIMIT = (f"tokenizer: its chat template must write at most {MAX_TEXT:,} characters within {MAX_SECONDS:g} s "
                  f"and {MAX_MEMORY >> 30} GiB of memory")
SYSTEM, ANSWER = "systemmessage", "answertext"  # texts to look for in what a template writes


class TemplateError(Exception):
    """A chat template cannot write some messages; the text is its own error, of any type."""


def encode_chat(tokenizer: "PreTrainedTokenizerBase", system: str, prompt: str) -> torch.Tensor:
    """Return a system message and a prompt as ids, (1, T) int64, by the chat template (ChatML if there is none).

    The ids end with the start of the assistant's message, so the model continues with the
    answer.  If the template takes no system message, it stands before the prompt.
    Raises a ValueError if the template cannot write the messages, or takes too long or writes too much.
    """
    messages = [("system", system), ("user", prompt)] if takes_system(tokenizer) else [
        ("user", f"{system}\n\n{prompt}")]
    size = len(system) + len(prompt)
    require(size <= MAX_TEXT, "prompt", f"must have at most {MAX_TEXT:,} characters, with the system message", size)
    try:
        text = written(tokenizer, messages, add_generation_prompt=True)
    except TemplateError as error:
        raise ValueError(f"tokenizer: its chat template must take a user's message, got an error ({error})") from None
    ids: torch.Tensor = tokenizer(text, return_tensors="pt", add_special_tokens=False)["input_ids"]
    return ids


def takes_system(tokenizer: "PreTrainedTokenizerBase") -> bool:
    """Return whether the chat template writes a system message; some refuse it, some drop it."""
    try:
        return SYSTEM in written(tokenizer, [("system", SYSTEM), ("user", "a")], add_generation_prompt=True)
    except TemplateError:
        return False


def answer_ends(model: LanguageModel, tokenizer: "PreTrainedTokenizerBase") -> frozenset[int]:
    """Return the tokens that end an answer: the model's, the tokenizer's and the one after a template's answer."""
    others = {tokenizer.eos_token_id, turn_end(tokenizer)} - {None}
    return end_tokens(model) | {token for token in others if token < vocabulary_size(model)}


def turn_end(tokenizer: "PreTrainedTokenizerBase") -> int | None:
    """Return the token that the chat template (ChatML if there is none) writes after an answer, if it is one token."""
    try:
        text = written(tokenizer, [("user", "a"), ("assistant", ANSWER)], add_generation_prompt=False)
    except TemplateError:
        return None
    tail, vocabulary = text.partition(ANSWER)[2].lstrip(), tokenizer.get_vocab()
    names = [*tokenizer.all_special_tokens, *tokenizer.get_added_vocab(), CHATML_END]
    ends = [name for name in names if name and name in vocabulary and tail.startswith(name)]
    return vocabulary[max(ends, key=len)] if ends else None


def written(tokenizer: "PreTrainedTokenizerBase", messages: list[tuple[str, str]], add_generation_prompt: bool) -> str:
    """Return (role, content) messages as a text; add_generation_prompt: with the start of an answer at the end.

    Raises:
        TemplateError: the template refuses the messages.
        ValueError: it takes too long, or writes too much.
    """
    if tokenizer.chat_template:
        chat: Any = [{"role": role, "content": content} for role, content in messages]
        try:
            with limited(MAX_SECONDS, MAX_MEMORY):
                text = str(tokenizer.apply_chat_template(chat, tokenize=False,
                                                         add_generation_prompt=add_generation_prompt))
        except (TimeoutError, MemoryError) as error:
            raise ValueError(f"{TEMPLATE_LIMIT}, got a longer one ({first_line(error)})") from None
        except Exception as error:  # templates raise any type
            raise TemplateError(first_line(error)) from None
        if len(text) > MAX_TEXT:
            raise ValueError(f"{TEMPLATE_LIMIT}, got {len(text):,}")
        return text
    text = "".join(f"<|im_start|>{role}\n{content}{CHATML_END}\n" for role, content in messages)
    return text + "<|im_start|>assistant\n" * add_generation_prompt


def left_padded(prompts: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return prompts, each (T,), as one batch (B, T) padded on the left with token 0, and its attention mask.

    >>> left_padded([torch.tensor([5]), torch.tensor([6, 7])])
    (tensor([[0, 5],
            [6, 7]]), tensor([[0, 1],
            [1, 1]]))
    """
    ids = prompts[0].new_zeros(len(prompts), max(map(len, prompts)))
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, -len(prompt):], mask[row, -len(prompt):] = prompt, 1
    return ids, mask
