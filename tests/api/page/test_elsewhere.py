"""A page of another origin that the service names: it begins runs, follows them, hears them, and reads refusals."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest_asyncio

KEY = "a-key-for-pages"
BEGIN = """
fetch('%s/api/v1/stream/speech', {
  method: 'POST', body: JSON.stringify({text: 'Hello there. How are you?'}),
  headers: {'Content-Type': 'application/json', Authorization: 'Bearer %s'},
}).then(async (answer) => {
  const blocks = (await answer.text()).split('\\n\\n').filter((one) => one.includes('data: '));
  const found = blocks.map((one) => JSON.parse(one.split('data: ')[1].split('\\n')[0]));
  return {status: answer.status, run: answer.headers.get('X-Run-Id'), found};
}, (error) => ({status: 0, found: String(error)}))
"""
REFUSED = """
fetch('%s/api/v1/runs', {method: 'POST', body: '{}', headers: {Authorization: 'Bearer %s'}})
  .then((answer) => answer.json(), String)
"""
HEAR = """
new Promise((done) => {
  const sound = new Audio('%s');
  sound.onloadedmetadata = () => done(sound.duration);
  sound.onerror = () => done(sound.error.message);
})
"""
FOLLOW = """
new Promise((done) => {
  const types = [], source = new EventSource('%s');
  source.onerror = () => done('cut off');
  source.onmessage = ({data}) => {
    types.push(JSON.parse(data).type);
    if (types.at(-1) === 'complete') { source.close(); done(types); }
  };
})
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(tmp_path):
    """The address of a page that has nothing to do with the service."""
    (tmp_path / "index.html").write_text("<title>elsewhere</title>")
    handler = partial(Quiet, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


async def test_it_begins_follows_and_hears_a_run_and_reads_why_it_is_refused(tab, served, elsewhere):
    url = await served(cors_origins=elsewhere, api_keys=KEY)
    await tab.goto(elsewhere)
    begun = await tab.js(BEGIN % (url, KEY))
    assert begun["status"] == 200, begun
    start, *_, end = begun["found"]
    assert (begun["run"], end["type"]) == (start["run"], "complete")
    assert (await tab.js(FOLLOW % (url + start["events"])))[-1] == "complete"
    clip = next(event for event in begun["found"] if event["type"] == "audio")
    assert abs(await tab.js(HEAR % (url + clip["url"])) - clip["seconds"]) < 0.05
    refused = await tab.js(REFUSED % (url, "wrong"))
    assert refused["error"]["code"] == "unauthorized"
