"""Wrong command lines: status 2, one message that quotes the value and says what is valid."""

from pathlib import Path

import pytest

from .conftest import Convcalc

HUGE = "9" * 1500

CASES = [
    # what was typed, and pieces that the message must contain
    ("out --k three --n 32", ["--k", "'three'", "whole number"]),
    ("out --k 3.0 --n 32", ["--k", "'3.0'", "whole number"]),
    ("out --k 1_000 --n 32", ["'1_000'", "whole number"]),
    ("out --k +3 --n 32", ["'+3'", "whole number"]),
    ("out --k ٣ --n 32", ["'٣'", "whole number"]),
    ("out --k 0x3 --n 32 --s 0x", ["--s", "a number is missing", "'0x'"]),
    ("out --k 1e3 --n 32", ["'1e3'", "whole number"]),
    ("out --k '' --n 32", ["--k", "a number is missing"]),
    ("out --k 3x --n 32", ["a number is missing", "'3x'", "^"]),
    ("out --k 3xx3 --n 32", ["a number is missing", "'3xx3'"]),
    ("out --k 3x?x3 --n 32", ["'?'", "^"]),
    ("out --k -3 --n 32", ["kernel", "at least 1", "-3"]),
    ("out --k 0 --n 32", ["kernel", "at least 1", "got 0"]),
    ("out --k 3 --s 0 --n 32", ["stride", "at least 1", "got 0"]),
    ("out --k 3 --s -2 --n 32", ["stride", "at least 1", "-2"]),
    ("out --k 3 --d 0 --n 32", ["dilation", "at least 1", "got 0"]),
    ("out --k 3 --n 0", ["input size", "at least 1", "got 0"]),
    ("out --k 3 --n -5", ["input size", "at least 1", "-5"]),
    ("out --k 3", ["--n", "missing"]),
    ("out --n 32", ["--k", "missing"]),
    ("out", ["--k", "missing"]),
    ("out --op maxpool --k 2 --p 2 --n 8", ["at most floor(k/2)", "got 2", "up to 1"]),
    ("out --op avgpool --k 3 --p full --n 8", ["'full'", "floor(k/2) = 1"]),
    ("out --op deconv --k 3 --s 2 --a 2 --n 8", ["smaller than stride", "got 2", "0..1"]),
    ("out --op deconv --k 3 --a 1 --n 8", ["smaller than stride", "got 1", "0..0"]),
    ("out --op deconv --k 3 --s 2 --a -1 --n 8", ["output_padding", "at least 0", "-1"]),
    ("out --op conv --k 5 --n 3", ["larger than the padded input", "5", "3"]),
    ("out --op conv --k 3 --d 4 --n 8", ["k_e = 9", "n_p = 8+0+0 = 8", "at least 9"]),
    ("out --op deconv --k 1 --p 2 --n 3", ["crops everything", "= -1", "2 cells"]),
    ("out --k 5 --n 3", ["larger than the padded input", "--op deconv alone has an answer: 7"]),
    ("out --k 3 --p causal --n 8", ["causal", "--op conv alone has an answer: 8"]),
    ("out --op conv --k 3 --p samex1 --n 8x8", ["'same' stands alone"]),
    ("out --k 3x5 --n 32x32x32", ["--k", "2 axes", "--n", "3 axes"]),
    ("out --k 3x5 --s 1x2x3 --n 32", ["--k", "2 axes", "--s", "3 axes"]),
    ("out --k 3 --p 1:2x0 --n 8x8x8", ["--p", "2 axes", "--n", "3 axes"]),
    ("out --k 3 --p sane --n 32", ["'sane'", "did you mean same?", "half"]),
    ("out --k 3 --p 1:2:3 --n 32", ["'1:2:3'", "3 sides", "before:after"]),
    ("out --k 3 --p 1: --n 32", ["a number is missing", "'1:'", "before:after"]),
    ("out --op conv --k 3x0 --n 8", ["kernel", "got 0 in 3x0"]),
    ("out --k 3 --p -- --n 32", ["'--'"]),
    ("out --op deconv --k 3 --p causal --n 32", ["causal", "crops the end"]),
    ("out --op deconv --k 3 --s 2 --p same --a 1 --n 32", ["output_padding", "'same'"]),
    (f"out --k 3 --n {HUGE}", ["1500 digits", "1000"]),
    ("out --op convolution --k 3 --n 32", ["'convolution'", "did you mean", "deconv"]),
    ("out --op '' --k 3 --n 32", ["--op", "''", "deconv"]),
    ("out --op conv --a 1 --k 3 --n 32", ["--a 1", "--op deconv"]),
    ("out --op conv --ceil --k 3 --n 32", ["--ceil", "--op maxpool"]),
    ("out --ceil --k 3 --n 32", ["--ceil", "--op maxpool"]),
    ("out --k 3 --n 32 -f tabel", ["'tabel'", "did you mean table?", "json"]),
    ("out --k 3 --n 32 -f json -q", ["--quiet", "json"]),
    ("out --k 3 --n 32 --pading 2", ["--pading", "--padding"]),
    ("out --k 3 --n", ["requires an argument"]),
    ("out --k 3 --n 32 extra", ["extra"]),
    ("equiv --k 3 --p 0 --from conf", ["--from", "'conf'", "did you mean conv?"]),
    ("equiv --k 3 --p 0 --from maxpool", ["--from", "'maxpool'", "deconv"]),
    ("equiv --p 0", ["--k", "missing"]),
    ("equiv --k 3 --a 1 --n 6", ["--a 1", "--from deconv"]),
    ("equiv --k 3 --s 2 --p same", ["'same'", "depends on the input size", "--n"]),
    ("equiv --k 3 --p 0 --ceil", ["--ceil"]),
    ("solve", ["--out", "missing", "--pairs"]),
    ("solve --n 7", ["output size is missing", "--out"]),
    ("solve --n 0 --out 14", ["input size", "at least 1", "got 0"]),
    ("solve --n 7 --out 0", ["output size", "at least 1", "got 0"]),
    ("solve --n 7 --out -3", ["output size", "at least 1", "-3"]),
    ("solve --n 7x9 --out 14x18x20", ["axes do not agree", "2 axes", "3 axes"]),
    ("solve --n 7 --out 14 --k 5..2", ["--k", "5..2 is empty", "a..b"]),
    ("solve --n 7 --out 14 --k 1..9..2", ["kernel", "steps of 1"]),
    ("solve --n 7 --out 14 --k 0..3", ["kernel", "at least 1", "0..3"]),
    ("solve --n 7 --out 14 --s 0", ["stride", "at least 1", "0"]),
    ("solve --n 7 --out 14 --k 3x5x7 --s 1x2", ["kernel", "3 axes", "stride", "2 axes"]),
    ("solve --n 7 --out 14 --p sane", ["'sane'", "did you mean same?"]),
    ("solve --n 7 --out 14 --p 1:2:3", ["3 sides", "before:after"]),
    ("solve --n 7 --out 14 --p same --asymmetric", ["'same'", "asymmetric"]),
    ("solve --n 7 --out 14 --p 1:2 --asymmetric", ["padding (before, after)", "asymmetric"]),
    ("solve --n 7 --out 14 --op deconv --p causal", ["causal", "crops the end"]),
    ("solve --n 7 --out 14 --op deconv --s 2 --d 1 --a 2", ["smaller than stride", "0..1"]),
    ("solve --n 7 --out 14 --op conv --a 1", ["--a", "--op deconv"]),
    ("solve --n 7 --out 4 --op maxpool --k 2 --p 2", ["at most floor(k/2)", "up to 1"]),
    ("solve --n 7 --out 14 --ceil", ["ceil", "maxpool"]),
    ("solve --n 7 --out 14 --k 1..9999999", ["combinations", "30000", "narrower"]),
    ("solve --n 7 --out 14 --limit 0", ["limit", "1..10000", "got 0"]),
    ("solve --n 7 --out 14 --limit 0 --to keras", ["limit", "1..10000", "got 0"]),
    ("solve --n 7 --out 14 --limit -3 --to keras", ["limit", "1..10000", "got -3"]),
    ("solve --n 7 --out 14 --limit 2x2", ["--limit", "one number", "2x2"]),
    ("solve --n 7 --out 14 --to caffe", ["--to", "'caffe'", "pytorch"]),
    ("solve --n 7 --out 14 --op deconf", ["'deconf'", "did you mean deconv?"]),
    ("solve --pairs 7:14 --n 7", ["--pairs", "--n", "twice"]),
    ("solve --pairs 7", ["--pairs", "no pair", "7:14"]),
    ("solve --pairs 7:14,", ["--pairs", "no pair", "^"]),
    ("solve --pairs 7:14,7:15", ["7 is given twice", "14", "15"]),
    ("solve --pairs 7:14,8x8:16x16x16", ["axes do not agree"]),
    ("solve --pairs 7:x", ["--pairs", "a number is missing"]),
    ("sweep --n 1..9", ["--k", "missing", "1..7"]),
    ("sweep --k 3", ["--n", "missing", "1..64"]),
    ("sweep --n 9..1 --k 3", ["--n", "9..1 is empty", "a..b"]),
    ("sweep --n 1..9..0 --k 3", ["--n", "step", "got 0"]),
    ("sweep --n 1..2..3..4 --k 3", ["--n", "4 parts"]),
    ("sweep --n 1.. --k 3", ["--n", "a number is missing"]),
    ("sweep --n 3x5 --k 3", ["--n", "one axis", "'3x5'", "--n 3 --n 5"]),
    ("sweep --n 9 --k 3,5", ["--k", "one axis", "'3,5'"]),
    ("sweep --n 9 --k 3 --p 1x1", ["--p", "one axis", "'1x1'"]),
    ("sweep --n 9 --k 3 --p 0:1..2", ["--p", "'0:1'"]),
    ("sweep --n 0..9 --k 3", ["input size", "at least 1", "got 0"]),
    ("sweep --n 9 --k 0..3", ["kernel", "at least 1", "got 0"]),
    ("sweep --n 9 --k 3 --p sane", ["'sane'", "did you mean same?"]),
    ("sweep --n 9 --k 3 --a 1", ["--a", "--op deconv"]),
    ("sweep --n 9 --k 3 --ceil", ["--ceil", "--op maxpool"]),
    ("sweep --n 9 --k 3 --op deconv --p causal", ["causal", "crops the end"]),
    ("sweep --n 9 --k 3 --where out/2>1", ["out/2", "//", "^^^^^"]),
    ("sweep --n 9 --k 3 --where p>0 --p same", ["p_lo or p_hi"]),
    ("sweep --n 1..9999 --k 3", ["9999 combinations", "5000", "-f csv"]),
    ("sweep --n 1..99999999999 --k 3 -f csv", ["99999999999 combinations", "1000000000"]),
    ("sweep --n 1..9 --k 3 -f yaml", ["unknown format 'yaml'; valid:", "jsonl"]),
    ("sweep --n 1..9 --k 3 -f json -q", ["--quiet", "json"]),
    ("sweep --n 1..9 --k 3 -o a.xlsx", ["'a.xlsx'", ".csv", ".npz"]),
    ("sweep --n 1..9 --k 3 -o a.svg", ["exactly two", "here n"]),
    ("explain ''", ["no text", "error message"]),
    ("explain", ["TEXT"]),
    ("explain 63 -f jsno", ["'jsno'", "did you mean json?"]),
    ("explain 63 -q -f json", ["--quiet", "json"]),
    (f"explain {__file__}", ["is a file", f"give - < {__file__}"]),
    ("solve --n 9 --out 4 --k 3 --ceil", ["--ceil is a pool's", "leave --ceil out"]),
    ("solve --n 9 --out 4 --to caffe", ["--to: unknown framework 'caffe'", "onnx"]),
    ("completions bsh", ["'bsh'", "did you mean bash?", "powershell"]),
    ("completions", ["SHELL"]),
    ("otu --k 3 --n 32", ["otu", "did you mean out?"]),
    ("conv --k 3 --n 32", ["no such command: conv", "did you mean convcalc out --op conv?"]),
    ("help", ["did you mean convcalc --help?"]),
    ("nn.Conv2d(3,8,3)", ["a layer stands after one, as in convcalc out"]),
    ("--k 3 --n 32", ["no such option: --k", "after a command, as in convcalc out --k 3"]),
    ("--bogus", ["--bogus"]),
    ("--versoin", ["did you mean --version?"]),
    # A mistake with an option brings that option's line of the help.
    ("out --strides 2", ["no such option: --strides", "mean --stride?", "-s, --s, --stride S"]),
    ("out --kernal 3", ["did you mean --kernel?", "-k, --k, --kernel K  Kernel size."]),
    ("out --ouput-padding 1", ["did you mean --output-padding?", "--a, --output-padding A"]),
    ("out -op conv", ["no such option: -o", "did you mean --op?", "--op OP  Operation"]),
    ("out --json", ["did you mean --format json?", "-f, --format FORMAT"]),
    ("out 3 32", ["too many arguments: 32", "LAYER is one", "as in: convcalc out --k 3"]),
    ("solve 7 14", ["too many arguments: 7 14", "are options", "convcalc solve --n 7 --out 14"]),
    ("sweep --n 1-20 --k 3", ["'1-20'", "1..64", "-n, --n, --size N"]),
    ("sweep --n 9 --k 3 --where n=9", ["equality is written ==", "--where CONDITION"]),
    ("out --k 0 --n 3", ["kernel must be at least 1", "-k, --k, --kernel K"]),
    ("out -z", ["no such option: -z", "Usage: convcalc out"]),
    ("out --k", ["--k requires an argument", "-k, --k, --kernel K"]),
    ("out --k --n 3", ["--k needs a value, but --n follows", "-k, --k, --kernel K"]),
    ("out --quiet=3", ["--quiet does not take a value", "Print the bare answer"]),
    ("out --k three --n 32", ["-k, --k, --kernel K  Kernel size."]),
    ("draw --view gathr --k 3 --n 5", ["did you mean gather?", "--view VIEW"]),
    ("port nn.Conv2d(3,8,3) --to pytorhc", ["did you mean pytorch?", "--to TARGET"]),
    ("net", ["FILE is missing", "Usage: convcalc net"]),
    # One value is one value.
    (
        "out --k 3 --k 5 --n 9",
        ["--k takes one value, got 2: 3 and 5", "one for each axis is --k 3x5"],
    ),
    ("out --k 3 --kernel=5 -n9", ["--k takes one value, got 2: 3 and 5", "-k, --k, --kernel K"]),
    (
        "out --op conv --op deconv --k 3",
        ["--op takes one value, got 2: conv and deconv", "--op OP"],
    ),
    # Who writes 0x20 may mean a hexadecimal number.
    ("out --k 3 --n 0x20", ["got 0 in 0x20 (0x20 means 0 by 20)"]),
    ("out --k 0x3 --n 9", ["got 0 in 0x3 (0x3 means 0 by 3)"]),
    # A name of one framework behind the module of another is a slip, not that other layer.
    ("out nn.Conv2D(3,8,3) --n 9", ["unknown layer 'Conv2D' (did you mean Conv2d?)", "^"]),
    ("out torch.nn.MaxPool3D(2) --n 9", ["did you mean MaxPool3d?"]),
    ("out layers.Conv2d(8,3) --n 9", ["did you mean Conv2D?"]),
    ("out nn.Conv2d(3,8,kernal_size=3) --n 9", ["did you mean kernel_size?", "^^^^^^^^^^^"]),
]


@pytest.mark.parametrize(("line", "pieces"), CASES, ids=[case[0][:60] for case in CASES])
def test_wrong_input_is_refused_clearly(convcalc: Convcalc, line: str, pieces: list[str]) -> None:
    arguments = [word if word != "''" else "" for word in line.split(" ")]
    ran = convcalc(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("convcalc: error: ")
    assert ran.err.count("did you mean") <= 1
    assert "Traceback" not in ran.err
    for piece in pieces:
        assert piece in ran.err
    assert len(ran.err) < 1000


@pytest.mark.parametrize(
    "words",
    [
        ["9" * 5000],
        ["sweep", "--n", "8", "--k", "[" * 3000],
        ["draw", "--n", "1", "--k", str(10**999)],
        ["out", "--k", "3", "--bogus" + "x" * 5000],
    ],
)
def test_no_message_is_too_long_to_read(convcalc: Convcalc, words: list[str]) -> None:
    ran = convcalc(*words)
    assert (ran.status, ran.out) == (2, "")
    assert "..." in ran.err
    assert len(ran.err) < 1000


def test_no_message_obeys_what_was_typed(convcalc: Convcalc, tmp_path: Path) -> None:
    ran = convcalc("sweep", "--k", "2..4", "--n", "5", "-o", f"{tmp_path}/\x1b[31m.npz")
    assert ran.status == 0
    assert ran.err.endswith("/\\x1b[31m.npz\n")
