"""What hw1.run begins: everything whose settings are known, so that no process is idle; the results do not change."""
from hw1 import schedule
from hw1.experiments import EXPERIMENTS
from hw1.run import parser
from hw1.setup import prepare
from minidl.grid_search import GridPoint
from minidl.trials import Run
from tests.hw1.runs import run, saved_results


def test_everything_begins_as_soon_as_its_settings_are_known_and_only_once(tmp_path, monkeypatch):
    begun = []
    monkeypatch.setattr(schedule, "run_trials", lambda trials, **options: begun.append(trials))
    setup = prepare(parser().parse_args(["--exp", "all", "--out", str(tmp_path)]))
    for _ in range(2):
        schedule.begin_all(setup)
        assert [trials[0].settings for trials in begun] == [
            *(EXPERIMENTS[number].settings for number in (1, 2, 3)), EXPERIMENTS[4].points()[0][1]]
        assert [len(trials) for trials in begun] == [1, 1, 1, 5 * schedule.N_SPLITS]
    begun.clear()
    setup.searched[4] = [GridPoint(values, settings, [Run([{"valid_roc_auc": settings.dropout}], None, None)])
                         for values, settings in EXPERIMENTS[4].points()]
    for _ in range(2):
        schedule.begin_all(setup)
        assert [trials[0].settings.dropout for trials in begun] == [0.9, 0.9], "the best of experiment 4"
        assert [len(trials) for trials in begun] == [1, 9 * schedule.N_SPLITS]


def test_an_experiment_without_a_result_stops_only_those_that_need_it(tmp_path, monkeypatch):
    begun = []
    monkeypatch.setattr(schedule, "run_trials", lambda trials, **options: begun.append(trials))
    setup = prepare(parser().parse_args(["--exp", "all", "--out", str(tmp_path)]))
    setup.searched[4] = [GridPoint({}, EXPERIMENTS[4].settings, [Run([], None, None, diverged="diverged")])]
    schedule.begin_all(setup)
    assert [trials[0].settings for trials in begun] == [EXPERIMENTS[number].settings for number in (1, 2, 3)]


def test_training_ahead_does_not_change_the_results(tmp_path, loan, monkeypatch):
    monkeypatch.setattr(schedule, "N_SPLITS", 1)
    arguments = ["--epochs", "1", "--data", str(loan)]
    for jobs in "13":
        run(tmp_path / jobs, "--exp", "all", "--jobs", jobs, *arguments)
    for number in EXPERIMENTS:
        run(tmp_path / "alone", "--exp", str(number), "--jobs", "1", *arguments)
    in_turn, ahead, alone = (saved_results(tmp_path / name) for name in ("1", "3", "alone"))
    assert in_turn == ahead == alone
    assert (tmp_path / "1" / "hw1" / "report.md").read_bytes() == (tmp_path / "3" / "hw1" / "report.md").read_bytes()
