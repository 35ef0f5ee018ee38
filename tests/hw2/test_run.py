"""hw2.run with a small random model in a folder: its texts, its settings, its report, and its errors."""
import pytest
import torch

from hw2.run import main
from hw2.tasks import PROMPTS, TASKS, fixed_grid
from minidl.decoding.chat import encode_chat
from minidl.decoding.model import load_model
from tests.hw2.runs import run


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


def test_the_grid_of_each_task_and_a_fixed_setting():
    assert fixed_grid(TASKS[3], temperature=1.0) == [{"temperature": 1.0, "num_samples": 3}]
    assert fixed_grid(TASKS[1]) == [{}]
    assert [len(task.grid) for task in TASKS.values()] == [1, 1, 5, 4, 5]
