"""hw2.run with a small random model in a folder: its texts, what is reused, and its errors."""
import json
from types import SimpleNamespace

import pytest
import torch

from hw2 import generation
from hw2.run import main
from hw2.screen import Screen
from hw2.stream import Stream
from hw2.tasks import PROMPTS, TASKS, fixed_grid
from hw2.texts import distinct_2, transfer_fault
from minidl.decoding.chat import encode_chat
from minidl.decoding.model import load_model
from tests.decoding.folders import byte_tokenizer, save_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("hw2") / "model", seed=3)


def run(tmp_path, model, *arguments):
    """Run hw2.run with this model and these arguments; return the texts of results.jsonl."""
    main(["--model", str(model), "--out", str(tmp_path), "--max-new-tokens", "12", *arguments])
    number = arguments[arguments.index("--task") + 1]
    changed = max(tmp_path.glob(f"hw2/**/task{number}/results.jsonl"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(line) for line in changed.read_text(encoding="utf-8").splitlines()]


def count_texts(monkeypatch):
    """Return a list that grows by the number of texts of each batch that is decoded."""
    counts, real_decode = [], generation.decode

    def decode(setup, task, texts, on_result):
        counts.append(len(texts))
        return real_decode(setup, task, texts, on_result)
    monkeypatch.setattr(generation, "decode", decode)
    return counts


def assert_same_texts(results, expected):
    """Assert that the results are equal; scores may differ by rounding, because the batches had other rows."""
    def without_score(result):
        return {name: value for name, value in result.items() if name != "score"}
    assert list(map(without_score, results)) == list(map(without_score, expected))
    assert [result["score"] for result in results] == pytest.approx([result["score"] for result in expected], abs=1e-3)


def plain_texts(task, loaded, tokenizer):
    """Return the tokens of a task's texts from one call per prompt and setting: HW2 without batches."""
    texts = []
    for prompt in PROMPTS:
        ids = encode_chat(tokenizer, prompt.system, prompt.text)
        for number, settings in enumerate(task.grid):
            random = {"generator": torch.Generator().manual_seed(0)} if task.draws else {}
            candidates = task.decode(loaded, ids, max_new_tokens=12, eos_token_id=tokenizer.eos_token_id, **settings,
                                     **random)[0]
            runs = 1 if number else 2
            texts += [candidate.tokens for candidate in (candidates if task.draws else runs * candidates[:1])]
    return texts


@pytest.mark.parametrize("number, texts", [("1", 2), ("2", 3), ("3", 15), ("4", 12), ("5", 6)])
def test_each_task_decodes_its_grid_on_both_prompts_and_reports_it(tmp_path, model, capsys, number, texts):
    results = run(tmp_path, model, "--task", number)
    printed, task = capsys.readouterr().out, TASKS[int(number)]
    assert [result["prompt"] for result in results] == texts * ["story"] + texts * ["json"]
    settings = [result["key"]["settings"] for result in results[:texts]]
    is_random = number in "234"
    runs = [1 if is_random else 2] + [1] * (len(task.grid) - 1)  # without randomness, the first settings run twice
    assert settings == [point for point, count in zip(task.grid, runs)
                        for _ in range(point.get("num_samples", count))]
    report = (tmp_path / "hw2" / f"task{number}" / "report.md").read_text(encoding="utf-8")
    assert report.startswith(f"# HW2, task {number}: {task.title}") and "per second]" in printed
    loaded, tokenizer = load_model(str(model))
    for result in results:
        assert f"{result['score']:.1f}" in printed and f"| {result['score']:.1f} |" in report
        ended = result["tokens"][:-1] if result["finished"] else result["tokens"]
        assert result["text"] == tokenizer.decode(ended) and len(result["tokens"]) <= 12
        assert (result["fault"] is None) == (result["prompt"] == "story")
    assert [result["tokens"] for result in results] == plain_texts(task, loaded, tokenizer)


def test_the_same_seed_gives_the_same_texts_and_finished_texts_are_reused(tmp_path, model, capsys, monkeypatch):
    first = run(tmp_path / "a", model, "--task", "2")
    repeated = run(tmp_path / "b", model, "--task", "2")
    other = run(tmp_path / "c", model, "--task", "2", "--seed", "1")
    tokens, repeated_tokens, other_tokens = (
        [result["tokens"] for result in results] for results in (first, repeated, other))
    assert tokens == repeated_tokens != other_tokens
    capsys.readouterr()
    counts = count_texts(monkeypatch)
    assert run(tmp_path / "a", model, "--task", "2") == first and not counts
    assert capsys.readouterr().out.count("[from an earlier call]") == 2, "once per setting"
    assert run(tmp_path / "a", model, "--task", "2", "--fresh") == first and counts == [6]
    assert run(tmp_path / "a", model, "--task", "2", "--seed", "1") == other and counts == [6, 6]
    assert run(tmp_path / "a", model, "--task", "2") == first and counts == [6, 6], "each seed's texts are kept"
    assert run(tmp_path / "a", model, "--task", "2", "--lang", "ru") == first and counts == [6, 6]
    report = (tmp_path / "a" / "hw2" / "task2" / "report.md").read_text(encoding="utf-8")
    assert report.startswith("# HW2, задача 2: сэмплирование")


def test_a_kill_loses_no_finished_text(tmp_path, model, monkeypatch):
    whole, written, write_results = run(tmp_path / "whole", model, "--task", "3"), [], generation.write_results

    def write_and_stop(*arguments):
        written.append(write_results(*arguments))
        if len(written) == 4:
            raise KeyboardInterrupt
    monkeypatch.setattr(generation, "write_results", write_and_stop)
    with pytest.raises(SystemExit) as stop:
        run(tmp_path / "killed", model, "--task", "3")
    assert stop.value.code == 130
    folder = tmp_path / "killed" / "hw2" / "task3"
    kept = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(kept) == len(list((folder / "texts").iterdir())) == 4
    monkeypatch.setattr(generation, "write_results", write_results)
    counts = count_texts(monkeypatch)
    assert_same_texts(run(tmp_path / "killed", model, "--task", "3"), whole)
    assert counts == [26], "the four finished texts are not decoded again"


def test_only_the_text_of_a_damaged_record_is_decoded_again(tmp_path, model, capsys, monkeypatch):
    whole = run(tmp_path, model, "--task", "3")
    records = sorted((tmp_path / "hw2" / "task3" / "texts").iterdir())
    assert len(records) == 30
    records[0].write_text(records[0].read_text().replace("score", "sc0re", 1))
    (tmp_path / "hw2" / "task3" / "results.jsonl").unlink()
    counts = count_texts(monkeypatch)
    assert_same_texts(run(tmp_path, model, "--task", "3"), whole)
    assert counts == [1] and "texts: 1 of 30 texts: damaged (the record has changed)" in capsys.readouterr().out


@pytest.mark.parametrize("tokens", [[-1], [300], [10**30], [True], ["1"], None])
def test_a_record_of_tokens_that_the_model_has_not_is_refused(tokens):
    setup = SimpleNamespace(model=SimpleNamespace(config=SimpleNamespace(vocab_size=300)))
    with pytest.raises(ValueError, match="^tokens: must be "):
        generation.saved_result(setup, None, None, {"tokens": tokens, "score": 0.0, "finished": True})


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


def test_texts_of_another_config_or_template_are_not_reused(tmp_path, model, capsys):
    def reused():
        run(tmp_path, model, "--task", "1")
        return "from an earlier call" in capsys.readouterr().out

    config, template = model / "config.json", model / "chat_template.jinja"
    original = config.read_text()
    assert (reused(), reused()) == (False, True)
    try:
        config.write_text(original.replace('"rms_norm_eps": ', '"rms_norm_eps": 1'))
        assert config.read_text() != original and (reused(), reused()) == (False, True)
        config.write_text(original)
        assert (reused(), reused()) == (False, True)
        template.write_text("{{ messages[0]['content'] }}: {{ messages[1]['content'] }}")
        assert (reused(), reused()) == (False, True)
    finally:
        config.write_text(original)
        template.unlink(missing_ok=True)


def test_texts_of_another_dtype_or_other_weights_are_not_reused(tmp_path, model, tmp_path_factory, capsys):
    run(tmp_path, model, "--task", "1")
    run(tmp_path, model, "--task", "1", "--dtype", "bfloat16")
    save_model(model, seed=4)
    try:
        run(tmp_path, model, "--task", "1")
    finally:
        save_model(model, seed=3)
    assert "from an earlier call" not in capsys.readouterr().out


def test_a_prompt_of_the_command_line_does_not_reuse_the_texts_of_the_same_words(tmp_path, model, capsys):
    run(tmp_path, model, "--task", "1")
    story = PROMPTS[0]
    result = run(tmp_path, model, "--task", "1", "--prompt", story.text, "--system", story.system)[0]
    assert result["prompt"] == "prompt" and "from an earlier call" not in capsys.readouterr().out


def test_an_own_prompt_leaves_the_assignments_report_alone_and_is_shown(tmp_path, model, capsys):
    run(tmp_path, model, "--task", "5")
    report = tmp_path / "hw2" / "task5" / "report.md"
    before = report.read_bytes()
    assert (report.parent / "beams.png").exists() and b"![beams](beams.png)" in before
    capsys.readouterr()
    run(tmp_path, model, "--task", "3", "--prompt", "Say *hello*.", "--num-samples", "1")
    run(tmp_path, model, "--task", "5", "--prompt", "Say *hello*.")
    assert report.read_bytes() == before and not (tmp_path / "hw2" / "task3").exists()
    assert len(list(tmp_path.glob("hw2/own/say-hello-*/task*/*.png"))) == 2
    printed = capsys.readouterr().out
    assert printed.startswith("loading ") and "\nprompt: Say *hello*.\n" in printed


def test_prompt_and_settings_can_be_given_on_the_command_line(tmp_path, model):
    results = run(tmp_path, model, "--task", "4", "--prompt", "Say hello.", "--system", "Shout.",
                  "--temperature", "0.8", "--num-samples", "1")
    assert [result["key"]["settings"] for result in results] == [
        {"temperature": 0.8, "top_p": p, "num_samples": 1} for p in (0.9, 0.15)]
    assert {(result["key"]["system"], result["key"]["prompt"]) for result in results} == {("Shout.", "Say hello.")}
    results = run(tmp_path, model, "--task", "5", "--prompt", "Hi", "--num-beams", "2", "--length-penalty", "0.7")
    assert [result["key"]["settings"] for result in results] == 2 * [{"num_beams": 2, "length_penalty": 0.7}]


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


@pytest.mark.parametrize("arguments, message", [
    (["--task", "6"], "argument --task: invalid choice: '6'"),
    (["--task", "3", "--temperature", "0"], "--temperature: must be finite and above 0; for 0 use task 1, got 0.0"),
    (["--task", "4", "--top-p", "1.5"], "--top-p: must be in (0, 1], got 1.5"),
    (["--task", "5", "--num-beams", "0"], "argument --num-beams: must be a whole number, at least 1, got '0'"),
    (["--task", "5", "--length-penalty", "nan"], "--length-penalty: must be in -100 .. 100, got nan"),
    (["--task", "1", "--max-new-tokens", "0"], "--max-new-tokens: must be a whole number, at least 1, got '0'"),
    (["--task", "1", "--device", "abacus"], "--device: must be cpu, or a cuda device of this machine, got 'abacus'"),
    (["--task", "1", "--model", "./nowhere"], "./nowhere: there is no such folder; --model takes tiny, the small"),
    (["--task", "1", "--num-beams", "4"], "--num-beams: task 1 has no such setting"),
    (["--task", "5", "--top-p", "0.5"], "--top-p: task 5 has no such setting"),
    (["--task", "1", "--device", "meta"], "--device: must be cpu, or a cuda device of this machine, got 'meta'"),
    (["--task", "1", "--seed", "9" * 30], "--seed: must be below 2 ** 63, got 999"),
])
def test_a_bad_argument_gives_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--out", str(tmp_path)])
    assert stop.value.code == 2 and message in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("text, fault", [
    ('{"contractor": "Anna", "sum": 12.5, "currency": "EUR"}', None),
    (' {"contractor": "Anna", "sum": 12, "currency": "EUR"}\n', None),
    ('```json\n{"contractor": "Anna", "sum": 12, "currency": "EUR"}\n```', "no JSON"), ("[1]", "no object"),
    ('{"contractor": "Anna", "sum": 12}', "other keys"),
    ('{"contractor": "", "sum": 12, "currency": "EUR"}', "contractor is not text"),
    ("[" * 10**5, "no JSON"), ('{"contractor": "A", "sum": NaN, "currency": "EUR"}', "sum is not a number"),
    ('{"contractor": "A", "sum": 1e999, "currency": "EUR"}', "sum is not a number"),
    ('{"contractor": "A", "sum": true, "currency": "EUR"}', "sum is not a number"),
    ('{"contractor": "A", "sum": 1, "currency": "eur"}', "currency is not three upper-case letters"),
])
def test_transfer_fault_names_the_first_error(text, fault):
    assert transfer_fault(text) == fault


def test_distinct_2_is_the_share_of_different_pairs_of_tokens():
    assert distinct_2([1, 1, 1]) == 0.5 and distinct_2([]) == 1.0
    assert distinct_2([1, 2, 3], [1, 2]) == 2 / 3, "no pair has tokens of two texts"


def test_the_grid_of_each_task_and_a_fixed_setting():
    assert fixed_grid(TASKS[3], temperature=1.0) == [{"temperature": 1.0, "num_samples": 3}]
    assert fixed_grid(TASKS[1]) == [{}]
    assert [len(task.grid) for task in TASKS.values()] == [1, 1, 5, 4, 5]
