"""Two threads may meet a kind of message for the first time in the same instant."""

from __future__ import annotations

import subprocess
import sys

RACE = '''
import sys, threading, types
from appliance.wire.messages import decode
sys.setswitchinterval(1e-6)
SOURCE = """
from __future__ import annotations
import msgspec
from typing import Annotated, Literal
class Inner(msgspec.Struct, frozen=True):
    a: int
    b: Annotated[str, msgspec.Meta(max_length=5)] = ""
    c: dict[str, list[int]] = {}
class First(msgspec.Struct, frozen=True, tag_field="is", tag="first"):
    v: Literal[1]
    inner: Inner | None = None
class Second(msgspec.Struct, frozen=True, tag_field="is", tag="second"):
    v: Literal[1]
Kind = First | Second
"""
PAYLOAD = b'{"is": "first", "v": 1, "inner": {"a": 1, "b": "k", "c": {"x": [1]}}}'
for round in range(1000):
    module = sys.modules["odd"] = types.ModuleType("odd")
    exec(compile(SOURCE, "odd", "exec"), module.__dict__)
    together, read = threading.Barrier(3), []
    def run():
        together.wait()
        read.append(decode(PAYLOAD, module.Kind))
    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert [one.inner.c for one in read] == [{"x": [1]}] * 3
print("whole")
'''


def test_a_kind_that_two_threads_meet_at_once_is_read_whole() -> None:
    ended = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.returncode) == ("whole\n", 0), ended.stderr[-2000:]
