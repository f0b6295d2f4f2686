"""A book on the service (make serve), heard chapter by chapter:

python examples/chapters.py book.epub                brings it, and lists its chapters
python examples/chapters.py DOCUMENT 3-5 part.mp3    has some of them spoken, into one file
"""

import os
import sys
from urllib.parse import urljoin

import httpx

SERVICE = os.environ.get("SERVICE", "http://127.0.0.1:8000")


def main(what, chapters="", target=""):
    with httpx.Client(base_url=SERVICE, timeout=None) as service:
        if chapters:
            wish = {"document": what, "chapters": chapters, "format": "mp3", "priority": "batch"}
            run = answered(service.post("/api/v1/runs", json=wish))
            address = urljoin(SERVICE, run["audio"])
            with service.stream("GET", address) as sound, open(target, "wb") as file:
                sound.raise_for_status()
                for piece in sound.iter_bytes():  # as it is spoken
                    file.write(piece)
            print(f"{target}: {run['title']}")
        else:
            with open(what, "rb") as file:
                document = answered(service.post("/api/v1/documents", files={"file": file}))
            for chapter in document["chapters"]:
                print(f"{chapter['number']:4}  {chapter['title']}  ({chapter['chars']:,} characters)")
            print(f"Hear the first one: python {sys.argv[0]} {document['id']} 1 first.mp3")


def answered(answer):
    """What was answered; a refusal is one sentence."""
    if answer.is_error:
        sys.exit(answer.json()["error"]["message"])
    return answer.json()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
