"""No test leaves a connection open for the next one to be warned of."""

import asyncio

from tests.fakes.listening import listening


async def test_a_connection_whose_task_never_began_is_closed():
    met, writers = asyncio.Event(), []

    def serve(reader, writer):
        met.set()
        writers.append(writer)
        return began()

    async def began():
        raise AssertionError("the task began")

    async with listening(serve) as port:
        _, own = await asyncio.open_connection("127.0.0.1", port)
        await met.wait()
    assert writers[0].is_closing()
    own.close()
    await own.wait_closed()
