"""Tests of chats as ids, and of the tokens that end an answer."""
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import torch
from tokenizers.processors import TemplateProcessing

from minidl.decoding.chat import answer_ends, encode_chat, takes_system, turn_end
from tests.decoding.folders import byte_tokenizer

resource = pytest.importorskip("resource", reason="Windows has no limits")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory has no limit")

NO_SYSTEM = ("{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
             "{% for m in messages %}<|im_start|>{{ m['role'] }} {{ m['content'] | trim }}<|im_end|>{% endfor %}")
SYSTEM_DROPPED = ("{% for m in messages if m['role'] != 'system' %}<|im_start|>{{ m['role'] }} {{ m['content'] }}"
                  "<|im_end|>{% endfor %}")


def with_template(template):
    tokenizer = byte_tokenizer()
    tokenizer.chat_template = template
    return tokenizer


def saying(eos, size=300):
    return SimpleNamespace(config=SimpleNamespace(vocab_size=size, eos_token_id=eos))


def id_of(name):
    return byte_tokenizer().convert_tokens_to_ids(name)


def test_a_tokenizer_without_a_template_gets_chatml():
    assert torch.equal(encode_chat(with_template(None), "a", "b"), encode_chat(byte_tokenizer(), "a", "b"))


@pytest.mark.parametrize("template", [NO_SYSTEM, SYSTEM_DROPPED])
def test_a_system_message_that_the_template_does_not_write_stands_before_the_prompt(template):
    tokenizer = with_template(template)
    assert not takes_system(tokenizer)
    assert tokenizer.decode(encode_chat(tokenizer, "Be brief.", "Hi!")[0]) == (
        "<|im_start|>user Be brief.\n\nHi!<|im_end|>")
    assert takes_system(byte_tokenizer()) and takes_system(with_template(None))


def test_a_template_that_writes_nothing_is_one_line():
    with pytest.raises(ValueError, match=r"^tokenizer: its chat template must take a user's message, got an error "
                                         r"\(no\)$"):
        encode_chat(with_template("{{ raise_exception('no') }}"), "a", "b")


@pytest.mark.parametrize("template, reason", [
    ("{{ 'a' * 3000000 }}", "3,000,000"),
    pytest.param("{{ 'a' * 2000000000 }}", r"a longer one \(MemoryError\)", marks=ON_LINUX),
    ("{% for i in range(99999) %}{% for j in range(300) %}{% endfor %}{% endfor %}",
     r"a longer one \(it takes longer than 0.1 s\)"),
])
@pytest.mark.parametrize("call", [lambda tokenizer: encode_chat(tokenizer, "a", "b"), takes_system, turn_end])
def test_a_template_that_writes_too_much_or_takes_too_long_is_one_line(monkeypatch, template, reason, call):
    monkeypatch.setattr("minidl.decoding.chat.MAX_SECONDS", 0.1 if "0.1 s" in reason else 10.0)
    handler, memory = signal.getsignal(signal.SIGALRM), resource.getrlimit(resource.RLIMIT_AS)
    started = time.monotonic()
    with pytest.raises(ValueError, match="^tokenizer: its chat template must write at most 1,000,000 characters "
                                         f"within 10 s and 1 GiB of memory, got {reason}$"):
        call(with_template(template))
    assert time.monotonic() - started < 10
    assert (signal.getsignal(signal.SIGALRM), resource.getrlimit(resource.RLIMIT_AS)) == (handler, memory)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_prompt_that_is_too_long_is_refused_before_the_template():
    with pytest.raises(ValueError, match="^prompt: must have at most 1,000,000 characters, with the system message, "
                                         "got 1000001$"):
        encode_chat(with_template("{{ raise_exception('no') }}"), "a", "b" * 1_000_000)


def test_a_template_outside_the_main_thread_has_no_limit_of_time_but_works():
    with ThreadPoolExecutor() as pool:
        assert torch.equal(pool.submit(encode_chat, byte_tokenizer(), "a", "b").result(),
                           encode_chat(byte_tokenizer(), "a", "b"))


@pytest.mark.parametrize("template, expected", [
    (None, "<|im_end|>"), (NO_SYSTEM, "<|im_end|>"), ("{{ raise_exception('no') }}", None), ("nothing", None),
    ("{% for m in messages %}{{ m['content'] }} <|endoftext|>\n{% endfor %}", "<|endoftext|>"),
    ("{% for m in messages %}{{ m['content'] }}\nnext{% endfor %}", None)])
def test_a_turn_ends_with_the_token_after_the_answer(template, expected):
    assert turn_end(with_template(template)) == (expected and id_of(expected))


def test_an_answer_ends_at_the_union_of_what_model_tokenizer_and_template_say():
    tokenizer = with_template(NO_SYSTEM)
    end, pad = id_of("<|im_end|>"), id_of("<|endoftext|>")
    assert answer_ends(saying(None), tokenizer) == {end}
    tokenizer.eos_token = "<|endoftext|>"
    assert answer_ends(saying(7), tokenizer) == {7, end, pad}
    assert answer_ends(saying([7, 9], size=100), tokenizer) == {7, 9}  # the others are not among the model's tokens


def test_a_base_model_stops_at_its_own_end_whatever_its_vocabulary_contains():
    tokenizer = with_template(None)
    tokenizer.eos_token = "<|endoftext|>"
    assert id_of("<|endoftext|>") in answer_ends(saying(id_of("<|endoftext|>")), tokenizer)


def test_a_chat_has_no_token_that_the_tokenizer_puts_before_every_text():
    plain, prefixing = byte_tokenizer(), byte_tokenizer()
    prefixing.backend_tokenizer.post_processor = TemplateProcessing(single="<|endoftext|> $A", special_tokens=[
        ("<|endoftext|>", prefixing.pad_token_id)])
    assert prefixing("a")["input_ids"] != plain("a")["input_ids"]
    assert torch.equal(encode_chat(prefixing, "a", "b"), encode_chat(plain, "a", "b"))
