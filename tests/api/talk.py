"""One who talks on the socket of the service."""

import asyncio
import json
import struct

import pytest
from websockets.exceptions import ConnectionClosed

from tests.api.client import TERMINAL


class Talk:
    def __init__(self, socket):
        self.socket = socket
        self.sounds = {}
        """Index -> sound of the clip, as it came in binary frames."""
        self.interrupted = False
        """No more sound is due of the run that is going on."""

    async def say(self, type, **fields):
        self.interrupted |= type == "cancel"
        await self.socket.send(json.dumps({"type": type, **fields}))

    async def write(self, words):
        for word in words:
            await self.say("text", content=word)

    async def hear(self):
        """The next message; sound is put aside."""
        while isinstance(data := await asyncio.wait_for(self.socket.recv(), 30), bytes):
            (index,) = struct.unpack(">I", data[:4])
            self.sounds[index] = self.sounds.get(index, b"") + data[4:]
        message = json.loads(data)
        self.interrupted &= message["type"] not in TERMINAL
        return message

    async def until(self, *types):
        found = [await self.hear()]
        while found[-1]["type"] not in types:
            found.append(await self.hear())
            if found[-1]["type"] == "audio" and not self.interrupted:
                assert found[-1]["index"] in self.sounds, "the sound is there before its event"
        return found

    async def closed(self):
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await asyncio.wait_for(self.socket.recv(), 30)
        return closed.value.rcvd.code
