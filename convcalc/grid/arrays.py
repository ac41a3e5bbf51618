"""The rows of a sweep as NumPy files, written piece by piece.

Law: the columns are int64 and have one name everywhere: n, k, s, p_lo, p_hi, d, a, out (0 where
nothing comes out), and ``why``, which counts in WHY.
Source: NumPy, NEP 1 (the .npy format).
"""

from __future__ import annotations

from math import prod
from typing import IO
from zipfile import ZipFile

import numpy as np
from numpy.lib import format as npy

from convcalc.grid.points import WHY, Sweep, Told


def columns(sweep: Sweep) -> dict[str, np.dtype[np.generic]]:
    """The columns of a file and their types."""
    names = [
        name
        for name in ("n", "k", "s", "p_lo", "p_hi", "d", "a")
        if name != "a" or name in sweep.names
    ]
    return {**dict.fromkeys([*names, "out"], np.dtype("<i8")), "why": np.dtype("u1")}


def kept_rows(sweep: Sweep, told: Told = lambda _: None) -> int:
    """How many rows a file will have, which has to be known before the first is written."""
    if sweep.where is None:
        return sweep.total
    rows = 0
    for piece in sweep.pieces():
        rows += piece.rows
        told(prod(piece.shape))
    return rows


def write_npy(sweep: Sweep, file: IO[bytes], told: Told) -> int:
    """One structured array with a field for each column; how many rows it has."""
    record = np.dtype(list(columns(sweep).items()))
    kept = kept_rows(sweep, told)
    _header(file, record, kept)
    for piece in sweep.pieces():
        rows = np.empty(piece.rows, record)
        for name in record.names or ():
            rows[name] = piece.column(name)
        file.write(rows.tobytes())
        told(prod(piece.shape))
    return kept


def write_npz(sweep: Sweep, file: IO[bytes], told: Told) -> int:
    """An array for each column, and in ``reasons`` the words for ``why``; how many rows it has."""
    kept = kept_rows(sweep, told)
    with ZipFile(file, "w") as archive:
        for name, kind in columns(sweep).items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                _header(member, kind, kept)
                for piece in sweep.pieces():
                    member.write(piece.column(name).astype(kind, copy=False).tobytes())
                    told(prod(piece.shape))
        with archive.open("reasons.npy", "w") as member:
            npy.write_array(member, np.array(WHY), allow_pickle=False)
    return kept


def _header(file: IO[bytes], kind: np.dtype[np.generic], rows: int) -> None:
    described = {"descr": npy.dtype_to_descr(kind), "fortran_order": False, "shape": (rows,)}
    npy.write_array_header_1_0(file, described)
