"""A real browser without a driver: Chromium's DevTools protocol over a socket from the standard library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-port=0", "about:blank",
)  # fmt: skip
READY = """new Promise((done) => {
    const look = () => !document.getElementById('data') || document.documentElement.classList.contains('script')
        ? done(true) : requestAnimationFrame(look);
    look();
})"""
"""Waits until a page that unpacks its data has done so."""
WAIT = 60.0
"""Seconds for one answer of the browser."""
HOSTILE = "</code></script><img src=x onerror=document.title='gone'>"
"""Text that is out for harm: a page shows it and stays as it is."""


@contextmanager
def browser() -> Iterator[Page]:
    """Start Chromium with an empty profile and no network, and yield its one tab."""
    if CHROMIUM is None:
        raise RuntimeError("Chromium is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        started = subprocess.Popen(
            [CHROMIUM, *FLAGS[:-1], f"--user-data-dir={profile}", FLAGS[-1]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            with Socket(_address(started)) as wire:
                yield _page(wire)
        finally:
            started.terminate()
            started.wait(WAIT)
            if started.stderr:
                started.stderr.close()


@dataclass
class Page:
    """One tab. ``said`` collects whatever the page complained about or asked the network for."""

    wire: Socket
    session: str
    said: list[str] = field(default_factory=list)
    _last: int = 0

    def open(self, path: Path, *, width: int, height: int = 900, dark: bool = False, settle: bool = True) -> None:
        """Load a file at a width, offline, in light or dark."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        self.said.clear()
        self.ask("Page.navigate", url=path.resolve().as_uri())
        self._until("Page.loadEventFired")
        if settle:
            self.run(READY)
            self.settle()

    def visit(self, url: str, *, width: int, height: int = 900) -> None:
        """Load a page of a server of ours at a width."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.said.clear()
        self.ask("Page.navigate", url=url)
        self._until("Page.loadEventFired")
        self.settle()

    def run(self, expression: str) -> Any:
        """Evaluate JavaScript; a promise is waited for."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", str(answer)))
        return answer["result"].get("value")

    def count(self, selector: str) -> int:
        """Count the elements that are laid out; works without script too."""
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        nodes = self.ask("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]
        return sum(self._laid_out(node) for node in nodes)

    def settle(self) -> None:
        """Wait until two frames were drawn, so that what was asked for is on the page."""
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def press(self, key: str, times: int = 1, *, settle: bool = True) -> None:
        """Press a key as a keyboard does."""
        codes = {"ArrowLeft": 37, "ArrowRight": 39, "ArrowUp": 38, "ArrowDown": 40, "Tab": 9, "Enter": 13, "Home": 36}
        for _ in range(times):
            for kind in ("keyDown", "keyUp"):
                text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
                self.ask(
                    "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text
                )
        if settle:
            self.settle()

    def follow(self, key: str) -> None:
        """Press a key that leads to another page, and wait for it."""
        self.press(key, settle=False)
        self._until("Page.loadEventFired")
        self.settle()

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.ask("Input.insertText", text=text)

    def shoot(self, out: Path, *, whole: bool = False) -> None:
        """Save what is seen, or the whole page, as PNG."""
        answer = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole, **self._clip(whole))
        out.write_bytes(base64.b64decode(answer["data"]))

    def print(self, out: Path) -> None:
        """Save the page as it would be printed, as PDF."""
        out.write_bytes(base64.b64decode(self.ask("Page.printToPDF", printBackground=True)["data"]))

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        self.wire.send({"id": self._last, "method": method, "params": params, "sessionId": self.session})
        while (got := self.wire.receive()).get("id") != self._last:
            self._hear(got)
        if "error" in got:
            raise RuntimeError(f"{method}: {got['error']['message']}")
        answer: dict[str, Any] = got["result"]
        return answer

    def _laid_out(self, node: int) -> bool:
        try:
            return bool(self.ask("DOM.getBoxModel", nodeId=node))
        except RuntimeError:  # "Could not compute box model": it has none
            return False

    def _clip(self, whole: bool) -> dict[str, Any]:
        if not whole:
            return {}
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}

    def _until(self, method: str) -> None:
        while (got := self.wire.receive()).get("method") != method:
            self._hear(got)

    def _hear(self, got: dict[str, Any]) -> None:
        params, method = got.get("params", {}), got.get("method", "")
        if method == "Runtime.exceptionThrown":
            self.said.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.said.append(f"{params['entry']['level']}: {params['entry']['text']}")
        elif method == "Runtime.consoleAPICalled":
            self.said.append(f"console.{params['type']}: {params['args']}")
        elif method == "Network.requestWillBeSent" and params["type"] != "Document":
            self.said.append(f"asked the network for {params['request']['url']}")


class Socket:
    """A WebSocket, as little of it as Chromium needs."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._raw = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=WAIT)
        self._file = self._raw.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._raw.sendall(head.encode())
        while self._file.readline().strip():
            pass

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._raw.close()

    def send(self, message: dict[str, Any]) -> None:
        data, mask = json.dumps(message).encode(), os.urandom(4)
        size = len(data)
        short = bytes([0x81, 0x80 | size]) if size < 126 else struct.pack("!BBQ", 0x81, 0x80 | 127, size)
        self._raw.sendall(short + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)))

    def receive(self) -> dict[str, Any]:
        whole, last = b"", False
        while not last:
            first, size = struct.unpack("!BB", self._file.read(2))
            if size == 126:
                (size,) = struct.unpack("!H", self._file.read(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self._file.read(8))
            whole, last = whole + self._file.read(size), bool(first & 0x80)
        message: dict[str, Any] = json.loads(whole)
        return message


def _address(started: subprocess.Popen[str]) -> str:
    assert started.stderr is not None
    for line in started.stderr:
        if "DevTools listening on " in line:
            return line.rpartition(" ")[2].strip()
    raise RuntimeError("Chromium did not start")


def _page(wire: Socket) -> Page:
    wire.send({"id": 1, "method": "Target.createTarget", "params": {"url": "about:blank"}})
    target = _answer(wire, 1)["targetId"]
    wire.send({"id": 2, "method": "Target.attachToTarget", "params": {"targetId": target, "flatten": True}})
    page = Page(wire, _answer(wire, 2)["sessionId"], [], 2)
    for domain in ("Page", "Runtime", "Log", "Network"):
        page.ask(f"{domain}.enable")
    return page


def _answer(wire: Socket, number: int) -> dict[str, Any]:
    while (got := wire.receive()).get("id") != number:
        pass
    answer: dict[str, Any] = got["result"]
    return answer
