"""The pictures of hw2's tasks: which are drawn, and from what."""
from types import SimpleNamespace

from hw2 import pictures
from hw2.tasks import PROMPTS


def test_tasks_3_and_4_share_one_picture_and_another_call_draws_its_own(tmp_path, monkeypatch):
    drawn = []

    def draw(setup, path):
        drawn.append(path)
        path.write_text(f"picture {len(drawn)}")
    monkeypatch.setattr(pictures, "draw_next_token", draw)
    for call in (1, 2):
        setup = SimpleNamespace(prompts=PROMPTS, drawn={})
        for number in (3, 4):
            folder = tmp_path / f"task{number}"
            assert pictures.draw_pictures(setup, number, folder, []) == ["next_token.png"]
            assert (folder / "next_token.png").read_text() == f"picture {call}"
    assert len(drawn) == 2


def test_tasks_without_a_picture_draw_none(tmp_path):
    assert pictures.draw_pictures(SimpleNamespace(drawn={}), 1, tmp_path, []) == []
    assert not list(tmp_path.iterdir())
