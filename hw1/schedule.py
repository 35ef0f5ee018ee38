"""Which trainings of the experiments may begin: those whose settings are known.

An experiment with a grid is trained on parts of train, to choose its settings (its search).  Every
experiment is then trained on all of train.  A search may need a setting that another search chooses.
"""
from contextlib import suppress

from hw1.experiments import EXPERIMENTS
from minidl.grid_search import best_point, grid_trials
from minidl.training import DivergedError
from minidl.trials import Trial, run_trials

VALIDATION_SHARE = 0.2
FEW_ROWS = 5000  # with fewer rows to train on, one split decides by chance, and the search uses several
N_SPLITS = 3  # of the five that have separate validation parts of VALIDATION_SHARE


def begin_all(setup):
    """Begin every search and every training on all of train whose settings are known by now."""
    for number in EXPERIMENTS:
        experiment = EXPERIMENTS[number].fix(**setup.fixed)
        if setup.searched.keys() >= {*experiment.inherits.values()}:
            begin = begin_search if experiment.grid and number not in setup.searched else begin_training
            with suppress(DivergedError):  # raised again by the step that needs the result
                begin(setup, number)


def resolve(setup, number):
    """Return the experiment with the settings of this call, and those that another experiment's search has chosen."""
    experiment = EXPERIMENTS[number].fix(**setup.fixed)
    return experiment.fix(**{name: getattr(best_point(setup.searched[source]).settings, name)
                             for name, source in experiment.inherits.items()})


def begin_search(setup, number):
    """Return (experiment, number of splits, runs) of an experiment's search; the first call begins it."""
    if number not in setup.searches:
        experiment, splits = resolve(setup, number), search_splits(setup.dataset.train, setup.options.seed)
        trials = grid_trials(f"experiment {number}", experiment.points(), seeds=setup.seeds,
                             folder=setup.folder(number), n_splits=len(splits),
                             depends={**setup.depends, "validation share": VALIDATION_SHARE})
        setup.searches[number] = experiment, len(splits), run_trials(trials, **setup.training(*splits))
    return setup.searches[number]


def begin_training(setup, number, on_epoch=None):
    """Return (settings, runs) of an experiment on all of train, one run per seed; the first call begins it."""
    if number not in setup.trainings:
        points, folder = setup.searched.get(number), setup.folder(number)
        settings = best_point(points).settings if points else resolve(setup, number).settings
        title, several = f"{setup.title(number)}: {EXPERIMENTS[number].title}", len(setup.seeds) > 1
        trials = [Trial(title, settings, seed, folder / f"seed{seed}" if several else folder, setup.depends)
                  for seed in setup.seeds]
        parts = {"train": setup.dataset.train, "test": setup.dataset.test}
        setup.trainings[number] = settings, run_trials(trials, **setup.training(parts, on_epoch=on_epoch))
    return setup.trainings[number]


def search_splits(train, seed):
    """Return what a search trains on, as a list of dicts from "train" and "valid" to parts of `train`."""
    if len(train.target) < FEW_ROWS:
        pairs = train.folds(round(1 / VALIDATION_SHARE), seed)[:N_SPLITS]
    else:
        pairs = [train.split(VALIDATION_SHARE, seed)]
    return [dict(zip(("train", "valid"), pair)) for pair in pairs]
