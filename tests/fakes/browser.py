"""A real Chromium without a screen, spoken to over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--mute-audio",
    "--disable-default-apps", "--remote-debugging-port=0",
    # What its own address bar is made of: two pages more for each of ours, which take most of the time to open it.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,SpareRendererForSitePerProcess",
)  # fmt: skip

GUARD = '"$@" & cat > /dev/null; kill -9 0'
"""Ends the browser when whoever holds our end of its input is gone, however that came about."""


def chromium() -> str:
    """Where it is; it is installed where that can be done, and the test skipped where it cannot."""
    with open(__file__) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of tests side by side, one installs it, and the others wait for that
        for name in NAMES:
            if found := shutil.which(name):
                return found
        if os.getuid() == 0 and shutil.which("apt-get"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(["apt-get", "update"], capture_output=True, timeout=60, check=False)
                install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
                subprocess.run(install, capture_output=True, timeout=200, check=False)
            if found := shutil.which("chromium"):
                return found
    pytest.skip("no Chromium on this machine, and it cannot be installed here")


class Browser:
    """Starts with `async with`; `page()` opens a tab without any memory of the others."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._pages: dict[str, Page] = {}
        self._child: asyncio.subprocess.Process | None = None
        self._socket: ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._next: asyncio.Task[Page] | None = None

    async def __aenter__(self) -> Browser:
        self._child = await asyncio.create_subprocess_exec(
            "sh", "-c", GUARD, "sh", self._program, *FLAGS, f"--user-data-dir={self._folder}", "about:blank",
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert self._child.stderr is not None
        said = b""
        async with asyncio.timeout(30):
            while not (address := re.search(rb"DevTools listening on (ws://\S+)", said)):
                line = await self._child.stderr.readline()
                assert line, f"Chromium did not start: {said.decode()}"
                said += line
        self._socket = await connect(address[1].decode(), max_size=None, ping_interval=None)
        self._said = asyncio.create_task(self._drain(self._child.stderr))
        self._tasks = [asyncio.create_task(self._read())]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._child is not None and self._socket is not None
        await self._socket.close()
        tasks = [*self._tasks, *([self._next] if self._next else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        os.killpg(self._child.pid, signal.SIGKILL)
        await self._child.wait()
        async with asyncio.timeout(30):
            await self._said  # some of its processes outlive it for a moment, and hold the pipe
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _drain(self, stream: asyncio.StreamReader) -> None:
        while await stream.readline():
            pass

    async def _read(self) -> None:
        assert self._socket is not None
        async for text in self._socket:
            message = json.loads(text)
            if (answer := self._answers.pop(message.get("id", 0), None)) and not answer.done():
                answer.set_result(message)
            elif page := self._pages.get(message.get("sessionId", "")):
                page.noted(message)

    async def call(self, method: str, session: str = "", **given: Any) -> Any:
        assert self._socket is not None
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": given} | ({"sessionId": session} if session else {})
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps(message))
        async with asyncio.timeout(30):
            answer = await self._answers[number]
        assert "error" not in answer, f"{method}: {answer['error']['message']}"
        return answer["result"]

    async def page(self) -> Page:
        """While it is being used, the next one is made ready."""
        ready, self._next = self._next or self._opened(), asyncio.create_task(self._opened())
        return await ready

    async def _opened(self) -> Page:
        context = (await self.call("Target.createBrowserContext"))["browserContextId"]
        target = (await self.call("Target.createTarget", url="about:blank", browserContextId=context))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = self._pages[session] = Page(self, session, context)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.call(f"{domain}.enable")
        return page


class Page:
    def __init__(self, browser: Browser, session: str, context: str) -> None:
        self._browser = browser
        self._session = session
        self._context = context
        self.wrong: list[str] = []
        """What the console had to complain about."""
        self.asked: list[str] = []
        """Addresses of all requests."""
        self._traced: list[dict[str, Any]] = []
        self._tracing = asyncio.Event()
        self._chooser: asyncio.Future[int] = asyncio.Future()
        self._folder = Path()
        self._served: dict[str, str] = {}
        self._serving: set[asyncio.Task[Any]] = set()

    def noted(self, message: dict[str, Any]) -> None:
        method, given = message["method"], message["params"]
        if method == "Runtime.exceptionThrown":
            self.wrong.append(json.dumps(given["exceptionDetails"].get("exception", given)))
        elif method == "Log.entryAdded" and given["entry"]["level"] == "error":
            self.wrong.append(f"{given['entry']['text']} {given['entry'].get('url', '')}")
        elif method == "Tracing.dataCollected":
            self._traced += given["value"]
        elif method == "Tracing.tracingComplete":
            self._tracing.set()
        elif method == "Page.fileChooserOpened":
            self._chooser.set_result(given["backendNodeId"])
        elif method == "Fetch.requestPaused":
            self._serve(given["requestId"], given["request"]["url"])
        elif method == "Network.requestWillBeSent":
            self.asked.append(given["request"]["url"])

    async def call(self, method: str, **given: Any) -> Any:
        return await self._browser.call(method, self._session, **given)

    @contextlib.asynccontextmanager
    async def tasks(self) -> AsyncIterator[list[float]]:
        """What the page's own thread does meanwhile: milliseconds of processor time for each task, known afterwards."""
        found: list[float] = []
        self._traced.clear()
        self._tracing.clear()
        config = {"includedCategories": ["toplevel", "devtools.timeline"]}
        await self.call("Tracing.start", transferMode="ReportEvents", traceConfig=config)
        yield found
        await self.call("Tracing.end")
        async with asyncio.timeout(20):
            await self._tracing.wait()
        layouts = [(event["pid"], event["tid"]) for event in self._traced if event["name"] == "Layout"]
        own = max(set(layouts), key=layouts.count)
        found += [
            event["tdur"] / 1000
            for event in self._traced
            if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) == own and "tdur" in event
        ]

    @contextlib.asynccontextmanager
    async def choosing(self, path: Path) -> AsyncIterator[None]:
        """The page is to ask for a file meanwhile, and is given this one."""
        self._chooser = asyncio.Future()
        await self.call("Page.setInterceptFileChooserDialog", enabled=True)
        yield
        async with asyncio.timeout(30):
            node = await self._chooser
        await self.call("DOM.setFileInputFiles", files=[str(path)], backendNodeId=node)

    async def download_to(self, folder: Path) -> None:
        self._folder = folder
        where = {"behavior": "allow", "downloadPath": str(folder), "browserContextId": self._context}
        await self._browser.call("Browser.setDownloadBehavior", **where)

    async def downloaded(self, count: int, seconds: float = 20) -> None:
        """Waits until so many files are there, and whole."""
        async with asyncio.timeout(seconds):
            while len([path for path in self._folder.iterdir() if path.suffix != ".crdownload"]) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def before(self, script: str) -> None:
        """Runs in each document before its own scripts do."""
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def script(self, name: str, content: str) -> None:
        """A module of this name, beside those that the service has."""
        self._served[name] = base64.b64encode(content.encode()).decode()
        await self.call("Fetch.enable", patterns=[{"urlPattern": f"*/{name}"} for name in self._served])

    def _serve(self, request: str, url: str) -> None:
        headers = [{"name": "Content-Type", "value": "text/javascript"}]
        body = self._served[url.rpartition("/")[2]]
        answer = self.call(
            "Fetch.fulfillRequest", requestId=request, responseCode=200, responseHeaders=headers, body=body
        )
        task = asyncio.ensure_future(answer)
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def close(self) -> None:
        await self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)

    async def goto(self, url: str) -> None:
        await self.call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def js(self, expression: str) -> Any:
        """The value of an expression, awaited. Not a gesture of the user."""
        answer = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=False
        )
        assert "exceptionDetails" not in answer, f"{expression}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    async def until(self, expression: str, seconds: float = 40) -> Any:
        """Asked again and again, for the page has nobody to tell; the expression gives what JSON can say."""
        value: Any = None
        try:
            async with asyncio.timeout(seconds):
                while not (value := await self.js(expression)):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            shown = await self.js("document.body.innerText")
            raise AssertionError(f"never: {expression}; complaints: {self.wrong}; the page:\n{shown}") from None
        return value

    async def click(self, selector: str) -> None:
        """With the mouse, where it is seen."""
        box = await self.js(
            f"(() => {{ const found = document.querySelector({json.dumps(selector)});"
            " found.scrollIntoView({block: 'center', behavior: 'instant'});"
            " const { left, top, width, height } = found.getClientRects()[0];"
            " return [left + Math.min(width / 2, 40), top + height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    async def press(self, key: str, text: str = "", modifiers: int = 0) -> None:
        """A key by its name, as KeyboardEvent has it; `modifiers`: 2 is Ctrl, 8 is Shift."""
        codes = {"Enter": 13, "Tab": 9, "Escape": 27, " ": 32, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
                 "ArrowRight": 39, "ArrowDown": 40}  # fmt: skip
        text = text or ("\r" if key == "Enter" else key if len(key) == 1 else "")
        code = codes.get(key, ord(key.upper()[0]) if len(key) == 1 else 0)
        named = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **named, **({"text": text} if text else {}))
        await self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    async def write(self, selector: str, text: str) -> None:
        await self.js(f"document.querySelector({json.dumps(selector)}).focus()")
        await self.call("Input.insertText", text=text)

    async def size(self, width: int, height: int, scale: float = 1) -> None:
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    async def prefer(self, **features: str) -> None:
        """Media features, such as `color_scheme="dark"`."""
        named = [{"name": f"prefers-{name.replace('_', '-')}", "value": value} for name, value in features.items()]
        await self.call("Emulation.setEmulatedMedia", features=named)

    async def picture(self) -> bytes:
        """What is seen, as PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])
