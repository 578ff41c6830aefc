"""Which documents to compare, and which of them to remove: connected components, and the check of each removal."""

from __future__ import annotations

import numba as nb
import numpy as np
import numpy.typing as npt


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def components(edges: npt.NDArray[np.int64], nodes: int) -> npt.NDArray[np.int64]:
    """Component number of each node, numbered by lowest node: union-find with path halving."""
    parent = np.arange(nodes)
    for edge in range(edges.shape[0]):
        a, b = edges[edge, 0], edges[edge, 1]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    number, count = np.full(nodes, -1), 0
    for node in range(nodes):
        if parent[node] == node:
            number[node] = count
            count += 1
        else:
            number[node] = number[parent[node]]
    return number


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def verified(
    component: npt.NDArray[np.int64],
    ids: npt.NDArray[np.uint64],
    shas: npt.NDArray[np.uint64],
    signature: npt.NDArray[np.uint32],
    ngram: npt.NDArray[np.int8],
    values: npt.NDArray[np.int64],
    threshold: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """For rows sorted by component and rank: index of the kept row (-1: kept itself), reason code, similarity."""
    rows = component.size
    kept, why, similarity = np.full(rows, -1), np.full(rows, -1), np.zeros(rows, np.float32)
    survivors, count = np.zeros(rows, np.int64), 0
    for row in range(rows):
        if row == 0 or component[row] != component[row - 1]:
            count = 0
        for index in range(count):
            other = survivors[index]
            same_id = ids[row, 0] == ids[other, 0] and ids[row, 1] == ids[other, 1]
            same_text = shas[row, 0] == shas[other, 0] and shas[row, 1] == shas[other, 1]
            share = 1.0 if same_text else 0.0
            if not same_text and ngram[row] > 0 and ngram[row] == ngram[other] and values[row] == values[other]:
                equal = 0
                for value in range(values[row]):
                    equal += signature[row, value] == signature[other, value]
                share = equal / values[row]
            if same_id or same_text:
                kept[row], why[row], similarity[row] = other, 0 if same_id else 1, share
                break
            if share >= threshold[row] and share > similarity[row]:
                kept[row], why[row], similarity[row] = other, 2, share
        if kept[row] < 0:
            survivors[count] = row
            count += 1
    return kept, why, similarity
