"""What HW2 prints while it decodes: one text token by token, then the next."""
from types import SimpleNamespace

from hw2.screen import Screen
from hw2.stream import Stream, show_texts
from tests.decoding.folders import byte_tokenizer


def test_the_screen_prints_one_text_after_the_other_while_both_are_decoded(capsys):
    tokenizer = byte_tokenizer()
    first, second, other = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("abc", "xy", "unseen"))
    setup = SimpleNamespace(tokenizer=tokenizer, ends={tokenizer.eos_token_id}, shown={},
                            options=SimpleNamespace(max_new_tokens=9))
    screen = Screen(setup, {0: ("prompt 1", "first"), 2: ("prompt 2", "second")}, rows=3)
    shown = []
    for step in range(6):
        for row, tokens in enumerate((first, other, second)):
            if step < len(tokens):
                screen.on_token(row, tokens[step])
            if step == len(tokens) - 1:
                screen.on_text(row)
        shown.append(capsys.readouterr().out)
    screen.close()
    assert shown == ["prompt 1\n\nfirst\n", "", "abc\nprompt 2\n\nsecond\nxy\n", "", "", ""]
    assert screen.done == 3 * 9


def test_a_text_that_repeats_says_what_it_repeats(capsys):
    shown = {"a": "greedy"}
    show_texts(["a"], "greedy", shown)
    show_texts(["a"], "nucleus", shown)
    show_texts(["b", "b", "c"], "nucleus", shown)
    assert capsys.readouterr().out.splitlines() == [
        "[the same text again]", "[the same text as greedy]", "b", "--- another", "c"]


def test_text_is_printed_while_it_is_decoded(capsys):
    from minidl.decoding.model import load_model  # noqa: F401 - sets what transformers prints
    tokenizer = byte_tokenizer()
    ids = tokenizer("día 中", add_special_tokens=False)["input_ids"]
    stream, shown = Stream(tokenizer, {tokenizer.eos_token_id}), []
    for token in [*ids, tokenizer.eos_token_id]:
        stream(0, token)
        stream(1, ids[0])
        shown.append(stream.text)
    stream.close()
    assert capsys.readouterr().out == "día 中\n" and shown[1] == "d" and shown[-1] == "día 中"
