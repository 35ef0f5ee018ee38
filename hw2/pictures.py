"""The pictures of a task: a search as a tree, a step as bars; drawn from a short run with on_step."""
from hw2.next_token_picture import plot_next_token
from hw2.search_picture import plot_search
from hw2.tasks import TASKS, fixed_grid
from hw2.traces import search_steps, uncertain_step
from minidl.decoding.chat import encode_chat
from minidl.plots import have_matplotlib

# report.ini explains the pictures
PICTURES = {3: ["next_token.png"], 4: ["next_token.png"], 5: ["beams.png"]}


def draw_pictures(setup, number, folder, results):
    """Draw the pictures of a task for its first prompt; return their names."""
    if number not in PICTURES or not have_matplotlib():
        return []
    prompt = setup.prompts[0]
    ids = encode_chat(setup.tokenizer, prompt.system, prompt.text)
    if number == 5:
        widths = {result["key"]["settings"]["num_beams"] for result in results}
        width = max([width for width in widths if width <= 4] or [min(widths)])
        length = next(len(result["tokens"]) for result in results if result["key"]["settings"]["num_beams"] == width)
        steps = search_steps(setup.model, ids, setup.ends, width)
        plot_search(folder / "beams.png", steps, setup.tokenizer, setup.ends, width, length)
        return PICTURES[number]
    given = {name: getattr(setup.options, name) for name in ("temperature", "top_p")
             if getattr(setup.options, name) is not None}
    temperatures, pairs = ([tuple(point[name] for name in names) for point in fixed_grid(TASKS[task], **given)]
                           for task, names in ((3, ["temperature"]), (4, ["temperature", "top_p"])))
    plot_next_token(folder / "next_token.png", uncertain_step(setup.model, ids, setup.ends), setup.tokenizer,
                    setup.ends, [t for t, in dict.fromkeys(temperatures)], list(dict.fromkeys(pairs)))
    return PICTURES[number]
