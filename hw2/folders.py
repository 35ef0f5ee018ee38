"""Where results go: those of a prompt or of settings of one's own do not replace the assignment's."""
import hashlib
import re

OWN = ("prompt", "system", "temperature", "top_p", "num_samples", "num_beams", "length_penalty", "eos")


def results_folder(options):
    """Return DIR/hw2, or DIR/hw2/own/NAME if the command line changes the prompts or settings of the assignment.

    NAME begins with the words of the changed options and ends with a hash of them.
    """
    own = {name: getattr(options, name) for name in OWN if getattr(options, name, None) is not None}
    if not own:
        return options.out / "hw2"
    words = " ".join(str(value) if name == "prompt" else f"{name} {value}" for name, value in own.items())
    digest = hashlib.sha256(repr(own).encode()).hexdigest()[:6]
    return options.out / "hw2" / "own" / "-".join([*re.findall(r"[a-z0-9.]+", words.lower())[:8], digest])[-60:]
