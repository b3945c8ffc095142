"""A network as between two hospitals: a namespace of this computer behind a slow link that loses packets.

The delay and the loss are the kernel's (`tc netem`) where it has them. Elsewhere packets go through two
tunnel devices and a small program between them, which holds each for as long and drops as many: TCP, its
timers and its repeated packets are the kernel's either way. Needs root.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SERVER, READER = "10.77.31.2", "10.77.31.1"
_NEAR, _FAR = "scintinear", "scintifar"
_SPACE = "scintifar"
_TUNSETIFF = 0x400454CA
_TUN_WITHOUT_HEADER = 0x1001
WHY_NOT = "needs root, iproute2 and network namespaces"


@dataclass(frozen=True)
class Link:
    """`inside`: words that start a program beyond it; `address`: where that is reached; `by`: who delays."""

    inside: tuple[str, ...]
    address: str
    by: str


@contextmanager
def slow_link(delay_ms: float = 25, loss: float = 0.01) -> Iterator[Link]:
    """Delays each direction and loses a share of its packets; raises OSError where it is not allowed."""
    between: subprocess.Popen[str] | None = None
    _ip("netns", "add", _SPACE)
    try:
        _ip("link", "add", _NEAR, "type", "veth", "peer", "name", _FAR, "netns", _SPACE)
        by = "tc netem"
        if not (_delayed((), _NEAR, delay_ms, loss) and _delayed(_inside(), _FAR, delay_ms, loss)):
            _ip("link", "del", _NEAR)
            by = "a program between two tunnel devices (this kernel has no netem)"
            words = [sys.executable, "-m", "benchmarks.slow_link", str(delay_ms), str(loss)]
            between = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
            assert between.stdout is not None
            if between.stdout.readline() != "ready\n":
                raise OSError("no tunnel devices can be made here")
            _ip("link", "set", _FAR, "netns", _SPACE)
        _ip("addr", "add", f"{READER}/24", "dev", _NEAR)
        _ip("link", "set", _NEAR, "up")
        _ip("-n", _SPACE, "addr", "add", f"{SERVER}/24", "dev", _FAR)
        for device in ("lo", _FAR):
            _ip("-n", _SPACE, "link", "set", device, "up")
        yield Link(_inside(), SERVER, by)
    finally:
        if between is not None:
            between.kill()
            between.wait()
        subprocess.run(["ip", "netns", "del", _SPACE], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", _NEAR], capture_output=True, check=False)


def _inside() -> tuple[str, ...]:
    return ("ip", "netns", "exec", _SPACE)


def _ip(*words: str) -> None:
    try:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        raise OSError(error.stderr.strip()) from error


def _delayed(where: tuple[str, ...], device: str, delay_ms: float, loss: float) -> bool:
    words = ["tc", "qdisc", "add", "dev", device, "root", "netem", "delay", f"{delay_ms}ms"]
    run = subprocess.run([*where, *words, "loss", f"{loss:%}"], capture_output=True, check=False)
    return run.returncode == 0


def _device(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _TUN_WITHOUT_HEADER))
    return device


def carry(delay_s: float, loss: float) -> None:
    """Carry packets from one device to the other, late, until somebody ends it."""
    near, far = _device(_NEAR), _device(_FAR)
    print("ready", flush=True)
    other = {near: far, far: near}
    chance, number = random.Random(1), 0
    under_way: list[tuple[float, int, int, bytes]] = []
    while True:
        rest = max(under_way[0][0] - time.monotonic(), 0) if under_way else None
        for device in select.select([near, far], [], [], rest)[0]:
            packet = os.read(device, 65536)
            if chance.random() >= loss:
                number += 1
                heapq.heappush(under_way, (time.monotonic() + delay_s, number, other[device], packet))
        while under_way and under_way[0][0] <= time.monotonic():
            _, _, device, packet = heapq.heappop(under_way)
            try:
                os.write(device, packet)
            except OSError:
                continue  # the device is not up yet


if __name__ == "__main__":
    carry(float(sys.argv[1]) / 1000, float(sys.argv[2]))
