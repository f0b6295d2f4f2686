"""Listen to a run over SSE, with nothing but Python: python examples/listen.py "Hello there." [http://127.0.0.1:8000]

Wants the service (make serve). Starts a run, follows its events, comes back where it was if the line breaks, and
fetches each clip as it is made.
"""

import json
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import Request, urlopen


def start(service, text):
    body = json.dumps({"text": text}).encode()
    with urlopen(Request(f"{service}/api/v1/runs", body, {"Content-Type": "application/json"})) as answer:
        return json.load(answer)


def follow(address):
    """Every event once, in order, however often the line breaks."""
    last = 0
    while True:
        try:
            with urlopen(Request(address, headers={"Last-Event-ID": str(last)}), timeout=60) as stream:
                for line in stream:
                    if line.startswith(b"data: ") and line.endswith(b"\n"):  # else the line broke within it
                        event = json.loads(line[6:])
                        last = event["seq"]
                        yield event
                        if event["type"] in ("complete", "error", "cancelled"):
                            return
        except HTTPError:
            raise  # an answer, though not the one we wanted
        except (OSError, HTTPException):
            pass  # the line broke
        time.sleep(1)


def main(text, service="http://127.0.0.1:8000"):
    folder = Path("output/examples/heard")
    folder.mkdir(parents=True, exist_ok=True)
    for event in follow(urljoin(service, start(service, text)["events"])):
        print(f"{event['at']:7.3f} s  {event['type']:8}  {event.get('content') or event.get('text') or ''}")
        if event["type"] == "audio":
            with urlopen(urljoin(service, event["url"])) as clip:
                (folder / event["url"].partition("?")[0].rpartition("/")[2]).write_bytes(clip.read())


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
