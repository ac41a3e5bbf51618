"""A project that uses convcalc: run from the wheel by test_packaging, type-checked by .ci/run.

Law: every public function is called once, and its answer is used as the type that it is.
"""

import tempfile
from pathlib import Path

import convcalc
from convcalc import Conv, ConvcalcError, Layer, Pool, TransposedConv


def answers() -> dict[str, str]:
    """One answer of each public function."""
    layer: Layer = convcalc.read("nn.ConvTranspose2d(3, 8, 3, stride=3, padding=2)")
    shape: tuple[int, ...] = convcalc.output_shape(layer, (32, 32))
    derivation: convcalc.Derivation = convcalc.derive(layer, (32, 32))
    step: convcalc.Step = derivation.axes[0][0]
    report: convcalc.Report = convcalc.answer([Conv(3), Pool(2)], 8)
    partner: convcalc.Report = convcalc.equivalence(Conv(3, stride=2, padding=1), 6)
    padding: int = convcalc.equivalent_padding(kernel=3, padding=0)
    window = convcalc.Window(size=3, stride=2, padding_low=1, padding_high=1)
    port: convcalc.Port = convcalc.port(layer, "keras", 32)
    found: convcalc.Solutions = convcalc.solve(7, 14, op="deconv", kernel=range(3, 5))
    best: convcalc.Solution = found.best[0]
    sweep: convcalc.Sweep = convcalc.sweep("conv", size=range(1, 4), kernel=3)
    picture: convcalc.Picture = convcalc.draw(TransposedConv(3), 4)
    run = convcalc.network("nn.Conv2d(3, 8, 3)\nnn.ReLU()", (3, 9, 9))
    told: convcalc.Explanation = convcalc.explain(
        "RuntimeError: Calculated padded input size per channel: (2 x 2). "
        "Kernel size: (3 x 3). Kernel size can't be greater than actual input size"
    )
    total = convcalc.numeric.conv([[[1, 2, 3]]], [[[1, 1]]]).sum()
    proof = convcalc.proof.prove(Conv(3), 9)
    with tempfile.TemporaryDirectory() as folder:
        picture.save(Path(folder) / "picture.svg")
    refusal = ""
    try:
        convcalc.output_shape(Conv(9), 3)
    except ConvcalcError as error:
        refusal = str(error)
    return {
        "output_shape": "x".join(map(str, shape)),
        "step": f"{step.substituted} = {step.value}",
        "answer": f"{len(report.derivations)} layers",
        "equivalence": str(partner.head["partner"]),
        "equivalent_padding": str(padding + window.output(6)),
        "port": port.code,
        "solve": str(best.layer.kernel),
        "sweep": type(sweep).__name__,
        "network": type(run).__name__,
        "explain": type(told).__name__,
        "numeric": str(int(total)),
        "proof": type(proof).__name__,
        "refusal": refusal,
    }


if __name__ == "__main__":
    for name, value in answers().items():
        print(f"{name}: {value.splitlines()[0]}")
