"""A build on a cluster of two raylets, one of which dies on the way: ``python two_raylets.py MANIFEST OUT``."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from ray.cluster_utils import Cluster
from rich.console import Console

from corpus_builder import build as road
from corpus_builder.cli.progress import BuildProgress
from corpus_builder.engine.ray_runner import OBJECT_STORE, RayRunner
from corpus_builder.engine.task import Outcome, Task
from corpus_builder.manifest import load
from corpus_builder.order import prepare
from corpus_builder.store import at


class Killer(BuildProgress):
    """Takes the second node away, as a power cut would, once half of the reading is done."""

    def __init__(self, cluster: Cluster, node: object, after: int) -> None:
        super().__init__(Console(quiet=True))
        self.cluster, self.node, self.left = cluster, node, after

    def unit(self, task: Task, outcome: Outcome) -> None:
        super().unit(task, outcome)
        self.left -= 1
        if self.left == 0:
            threading.Thread(target=self.cluster.remove_node, args=(self.node, False)).start()


def main(manifest: Path, out: str) -> None:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": OBJECT_STORE})
    second = cluster.add_node(num_cpus=1, object_store_memory=OBJECT_STORE)
    order = prepare(load(manifest))
    with Killer(cluster, second, after=sum(map(len, order.inputs.values())) // 2) as progress:
        build_hash = road.build(order, at(out), RayRunner(address=cluster.address), progress=progress)
    print(f"\nRESULT {build_hash} {len(cluster.worker_nodes)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
