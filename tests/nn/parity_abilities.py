"""What torch users do with a layer: each ability raises an error unless ours works as the twin of torch.nn."""
import copy
import io
import pickle

import torch
from torch import nn

from tests.nn.parity import DTYPES, LAYERS, MODES, AfterLinear


def gradients(setting):
    layer, twin = setting.make()
    setting.compare(setting.run(layer), setting.run(twin))


def state_dict(setting):
    layer, twin = setting.make()
    fresh = LAYERS[setting.layer].ours().to(DTYPES[setting.dtype]).train(MODES[setting.mode])
    setting.run(twin)  # changes the running statistics
    assert str(fresh.load_state_dict(twin.state_dict())) == str(twin.load_state_dict(fresh.state_dict()))
    assert list(fresh.state_dict()) == list(twin.state_dict())
    setting.compare(setting.run(fresh), setting.run(twin))


def copied(copy_of):
    """Return an ability: a copy computes what the layer computes, without changing it."""
    def ability(setting):
        layer, twin = setting.make()
        setting.run(layer)  # so that there are gradients and new running statistics to copy
        setting.run(twin)
        before = copy.deepcopy(layer.state_dict())
        setting.compare(setting.run(copy_of(layer, setting)), setting.run(twin))
        assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items()), "shares its state"
    return ability


def saved(layer, setting):
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    fresh = setting.make()[0]
    fresh.load_state_dict(torch.load(file, weights_only=True))
    return fresh


def compiled(setting):
    layer, twin = setting.make()
    torch._dynamo.reset()
    setting.compare(setting.run(layer, torch.compile(layer, backend="eager")), setting.run(twin))


def functional_call(setting):
    results = []
    for module in setting.make():
        weights = {name: (2 * weight).detach().requires_grad_() for name, weight in module.named_parameters()}
        results.append(setting.run(module, lambda *inputs: torch.func.functional_call(module, weights, inputs)))
        results[-1] |= {f"given {name}": weight.grad for name, weight in weights.items()}
    setting.compare(*results)


def data_parallel(setting, rank):
    """Compare the layers in DistributedDataParallel; each process has its own rows and gets the mean gradient."""
    results = []
    for module in setting.make():
        if not list(module.parameters()):
            torch.manual_seed(0)
            module = AfterLinear(module, LAYERS[setting.layer].inputs(0)[0].shape[-1]).to(DTYPES[setting.dtype])
        results.append(setting.run(module, nn.parallel.DistributedDataParallel(module), seed=rank))
    setting.compare(*results)


ABILITIES = {
    "grads": gradients, "state_dict": state_dict, "deepcopy": copied(lambda layer, _: copy.deepcopy(layer)),
    "pickle": copied(lambda layer, _: pickle.loads(pickle.dumps(layer))), "compile": compiled, "save": copied(saved),
    "func": functional_call, "DDP": None,  # in tests.nn.parity_processes
}


def fault(ability, *arguments):
    """Return "" if the ability works as in torch, or one line that says what differs."""
    try:
        ability(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return ""
