"""Records what PyTorch says of the modules in modules.txt: output, parameters, MACs, legal sizes.

    python tests/golden/record_modules.py        # in an environment with PyTorch

Every size of 1..80, all axes alike, is run; multiplications are counted by hooks.
"""

import json
import types
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

HERE = Path(__file__).parent
LAST = 80


class Lightning(nn.Module):  # type: ignore[misc,unused-ignore] # torch is not here
    """The part of Lightning's module that the texts use."""

    def save_hyperparameters(self) -> None:
        """Nothing is saved."""


def built(text: str) -> nn.Module:
    """The last class of a text, without arguments."""
    names: dict[str, object] = {
        "torch": torch,
        "nn": nn,
        "F": functional,
        "pl": types.SimpleNamespace(LightningModule=Lightning),
    }
    known = set(names)
    exec(text, names)  # noqa: S102 (our own text)
    made = [each for name, each in names.items() if name not in known and isinstance(each, type)]
    model = made[-1]()
    return model.eval()


def cost(model: nn.Module, image: torch.Tensor) -> int:
    """Multiplications of all layers with weights."""
    counted = []

    def hook(layer: nn.Module, taken: tuple[torch.Tensor, ...], given: torch.Tensor) -> None:
        if isinstance(layer, nn.modules.conv._ConvTransposeNd):
            counted.append(layer.weight.numel() * taken[0][0, 0].numel())
        elif isinstance(layer, nn.modules.conv._ConvNd):
            counted.append(layer.weight.numel() * given[0, 0].numel())
        elif isinstance(layer, nn.Linear):
            counted.append(layer.weight.numel() * (given.numel() // given.shape[-1]))

    for layer in model.modules():
        layer.register_forward_hook(hook)
    first(model(image))
    return sum(counted)


def first(given: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """The output; of several the first."""
    return given[0] if isinstance(given, tuple) else given


def runs(model: nn.Module, shape: tuple[int, ...]) -> bool:
    """Whether an input runs and something comes out."""
    try:
        return bool(first(model(torch.zeros(1, *shape))).numel())
    except (RuntimeError, ValueError):
        return False


def main() -> None:
    """Write modules.jsonl."""
    torch.set_grad_enabled(False)
    lines = []
    for part in (HERE / "modules.txt").read_text().split("# ==== ")[1:]:
        head, _, text = part.partition("\n")
        name, size = head.split()
        shape = tuple(map(int, size.split("x")))
        model = built(text)
        image = torch.zeros(1, *shape)
        legal = [n for n in range(1, LAST + 1) if runs(model, (shape[0], *[n] * (len(shape) - 1)))]
        row = {
            "name": name,
            "input": shape,
            "output": tuple(first(model(image)).shape[1:]),
            "parameters": sum(each.numel() for each in model.parameters()),
            "macs": cost(model, image),
            "legal": legal,
            "torch": torch.__version__,
        }
        lines.append(json.dumps(row))
    (HERE / "modules.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
