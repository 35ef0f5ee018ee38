"""The pictures of a task: a search as a tree, a step as bars; drawn from a short run with on_step."""
import shutil

from hw2.next_token_picture import plot_next_token
from hw2.search_picture import plot_search
from hw2.tasks import TASKS, fixed_grid
from hw2.traces import search_steps, uncertain_step
from minidl.decoding.chat import encode_chat
from minidl.files import replacing
from minidl.plots import have_matplotlib

PICTURES = {3: "next_token.png", 4: "next_token.png", 5: "beams.png"}  # report.ini explains them


def draw_pictures(setup, number, folder, results):
    """Draw the picture of a task for its first prompt; return the names of the pictures.

    Tasks 3 and 4 have the same one: the second of them takes a copy of the first's.
    """
    if number not in PICTURES or not have_matplotlib():
        return []
    name = PICTURES[number]
    with replacing(folder / name) as path:
        if name in setup.drawn:
            shutil.copyfile(setup.drawn[name], path)
        elif number == 5:
            draw_search(setup, path, results)
        else:
            draw_next_token(setup, path)
    setup.drawn[name] = folder / name
    return [name]


def draw_search(setup, path, results):
    """Draw the first steps of the search with the most beams up to four; if all have more, of that with the fewest."""
    widths = {result["key"]["settings"]["num_beams"] for result in results}
    width = max([width for width in widths if width <= 4] or [min(widths)])
    length = next(len(result["tokens"]) for result in results if result["key"]["settings"]["num_beams"] == width)
    steps = search_steps(setup.model, prompt_ids(setup), setup.ends, width)
    plot_search(path, steps, setup.tokenizer, setup.ends, width, length)


def draw_next_token(setup, path):
    """Draw one next-token distribution under the settings of tasks 3 and 4."""
    given = {name: getattr(setup.options, name) for name in ("temperature", "top_p")
             if getattr(setup.options, name) is not None}
    temperatures, pairs = ([tuple(point[name] for name in names) for point in fixed_grid(TASKS[task], **given)]
                           for task, names in ((3, ["temperature"]), (4, ["temperature", "top_p"])))
    plot_next_token(path, uncertain_step(setup.model, prompt_ids(setup), setup.ends), setup.tokenizer,
                    setup.ends, [t for t, in dict.fromkeys(temperatures)], list(dict.fromkeys(pairs)))


def prompt_ids(setup):
    """Return the token ids of the first prompt, (1, T)."""
    return encode_chat(setup.tokenizer, setup.prompts[0].system, setup.prompts[0].text)
