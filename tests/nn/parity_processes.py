"""The column DDP of the table of parity: two processes run all layers in DistributedDataParallel, with gloo."""
import json
import tempfile
from pathlib import Path

import torch

from tests.nn.parity import settings
from tests.nn.parity_abilities import data_parallel, fault

PROCESSES = 2


def process(rank, folder):
    """Write the fault of each Setting in this process to a file."""
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank,
                                         world_size=PROCESSES)
    faults = [fault(data_parallel, setting, rank) for setting in settings()]
    Path(folder, f"{rank}.json").write_text(json.dumps(faults), encoding="utf-8")
    torch.distributed.destroy_process_group()


def data_parallel_faults():
    """Return a dict from Setting to "" or the fault of the first process that has one."""
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(process, (folder,), nprocs=PROCESSES)
        faults = [json.loads(Path(folder, f"{rank}.json").read_text(encoding="utf-8")) for rank in range(PROCESSES)]
    return {setting: first or second for setting, first, second in zip(settings(), *faults, strict=True)}
