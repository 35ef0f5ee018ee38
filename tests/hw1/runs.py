"""A call of hw1.run and a reader of the files that it writes."""
from hw1.run import main


def run(folder, *arguments):
    """Run hw1.run with these arguments; its results go to the folder."""
    main([*arguments, "--out", str(folder)])


def saved_results(folder):
    """Return a dict from the path of each .csv and .json file below the folder to its bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*")
            if file.suffix in (".csv", ".json")}
