"""Tests of loading by name, from a Hub that works or not, and of the real tokenizer of Qwen2.5."""
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from minidl.decoding.chat import encode_chat, turn_end
from minidl.decoding.model import load_model


def test_an_interrupted_download_is_not_reported_as_a_damaged_model(monkeypatch, tmp_path):
    from huggingface_hub import constants

    from minidl.decoding import model as module
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: "config.json")
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    options_seen = []

    def failing_load(name, source, dtype, **options):
        options_seen.append(options)
        raise ValueError("incomplete")
    monkeypatch.setattr(module, "_load", failing_load)
    with pytest.raises(OSError, match=r"^some/model: the Hugging Face Hub cannot be reached \(.+\)$"):
        load_model("some/model")
    assert options_seen == [{"local_files_only": True}]


def test_a_name_without_a_network_raises_at_once(monkeypatch, tmp_path):
    from huggingface_hub import constants
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(OSError, match=r"^some/model: the Hugging Face Hub cannot be reached \("):
        load_model("some/model")


class NoSuchModel(BaseHTTPRequestHandler):
    """A Hub that has no models."""

    def do_GET(self):
        self.send_response(404)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *arguments):
        pass


def test_a_model_that_the_hub_does_not_have_is_one_line(monkeypatch, tmp_path):
    from huggingface_hub import constants
    server = ThreadingHTTPServer(("127.0.0.1", 0), NoSuchModel)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    code = (f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
            "from minidl.decoding.model import load_model\n"
            "try: load_model('some/model')\n"
            "except Exception as error: print(type(error).__name__, error)\n")
    import subprocess
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, env={
        **os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path), "no_proxy": "127.0.0.1"})
    server.shutdown()
    server.server_close()
    assert constants.ENDPOINT != endpoint
    assert process.stdout.startswith("OSError some/model: must be a complete model, got one that cannot be loaded (")
    assert "\n" not in process.stdout.strip()


def test_the_real_tokenizer_of_qwen(tmp_path):
    shared = os.environ.get("MINIDL_SHARED")
    if not shared:
        pytest.skip("MINIDL_SHARED is not set, so there are no tokenizer files")
    tokenizer = AutoTokenizer.from_pretrained(Path(shared) / "tokenizer" / "qwen2.5")
    assert turn_end(tokenizer) == 151645 == tokenizer.eos_token_id and len(tokenizer) == 151665
    ids = encode_chat(tokenizer, "You are a storyteller.", "Write a story.")
    assert tokenizer.decode(ids[0]) == (
        "<|im_start|>system\nYou are a storyteller.<|im_end|>\n<|im_start|>user\nWrite a story.<|im_end|>\n"
        "<|im_start|>assistant\n")
    assert ids[0, 0] == 151644 and ids[0].tolist().count(151645) == 2
