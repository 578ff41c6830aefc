"""A little corpus made for tests: Japanese and English lines in as many files as a test likes."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "data_manifests" / "sample" / "tokenizer.model"

SUBJECTS = [
    "駅前の小さな本屋は",
    "川沿いの遊歩道では",
    "町の図書館の職員は",
    "古い天文台の望遠鏡は",
    "港で働く人たちは",
]
TIMES = ["春になると", "毎週土曜日の朝には", "雨の続く季節にも", "祭りの前の晩だけは", "雪の積もった日でも"]
DEEDS = [
    "新しい棚を組み立てて",
    "遠くから来た客を迎えて",
    "手書きの地図を配って",
    "温かいお茶を用意して",
    "昔の写真を並べて",
]
ENDS = [
    "静かに一日を始める。",
    "店の明かりを遅くまで灯している。",
    "子どもたちの質問に答えている。",
    "次の催しの相談をする。",
]


def prose(seed: int, sentences: int = 14) -> str:
    """Sentences drawn by seed; two seeds share words and no paragraph."""
    rng = random.Random(seed)
    parts = []
    for _ in range(sentences):
        number = f"{rng.randrange(10**6)}番目の記録によれば、"
        parts.append(number + "".join(rng.choice(words) for words in (SUBJECTS, TIMES, DEEDS, ENDS)))
    return "\n".join("".join(parts[i : i + 4]) for i in range(0, sentences, 4))


def documents(count: int) -> list[dict[str, object]]:
    """``count`` documents with ids; every tenth a copy of the one before, with one character changed in every fifth."""
    rows: list[dict[str, object]] = []
    for n in range(count):
        text = prose(n)
        if n % 10 == 9:
            text = prose(n - 1)
            if n % 20 == 19:
                text = text.replace("静か", "にぎやか", 1)
        rows.append({"id": f"doc-{n}", "text": text, "url": f"https://example.org/{n}", "date": "2026-01-01"})
    return rows


def write(folder: Path, *, count: int = 120, files: int = 3, passes: int = 2, extra: str = "") -> Path:
    """Inputs and a manifest; the documents are the same for any number of files. Returns the manifest's path."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = documents(count)
    for number in range(files):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows[number::files]]
        if number == 0:
            lines.insert(1, "{this is no JSON")
        (folder / f"part-{number:02d}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    digest = hashlib.sha256(MODEL.read_bytes()).hexdigest()
    manifest = folder / "little.yaml"
    manifest.write_text(
        f"""
corpus: little
version: "2026.11.1"
seed: 42
tokenizer: {{file: {MODEL}, sha256: "{digest}"}}
sequence_length: 64
global_batch: 4
shard_tokens: 4096
allowed_quarantine: 0.05
{extra}
sources:
  notes:
    kind: jsonl
    recipe: {ROOT}/pipelines/plain_ja.py
    licence: CC0-1.0
    inputs: ["part-*.jsonl"]
    budget_tokens: 20000
    passes: {passes}
""",
        encoding="utf-8",
    )
    return manifest
