"""What a provider's library is given to read: the same however it came, and never without end."""

import json
from itertools import pairwise

import pytest

from pipeline.sources.connection.framing import Form, Framing, TooLong

EVENT = b'data: {"a": "1"}\n\n'
TYPED = b'data: {"a": "1", "type": "a"}\n\n'
TOLD = {
    (Form.EVENTS, EVENT * 2): EVENT * 2 + b"\n",
    (Form.EVENTS, b"\xef\xbb\xbf\n\n" + EVENT + b"data: \n\ndata:\n\n"): EVENT + b"\n\n\n",
    (Form.EVENTS, b'error: {"code": 5}\n'): b'data: {"error": {"code": 5}}\n\n\n',
    (Form.EVENTS, b'\n{"a":\n 1}'): b'data: {"a":  1}\n\n',
    (Form.EVENTS, b'{"error": {}}'): b'event: error\ndata: {"error": {}}\n\n',
    (Form.EVENTS, EVENT + b"data: {"): EVENT + b"data: {",
    (Form.NAMED, b"event: a\n" + TYPED): b"event: a\n" + TYPED + b"\n",
    (Form.NAMED, TYPED * 2): (b"event: a\n" + TYPED) * 2 + b"\n",
    (Form.NAMED, b"event: a\r\n\r\n: x\n" + TYPED): b"event: a\r\n: x\n" + TYPED + b"\n",
    (Form.NAMED, b"data: [DONE]\n\ndata: 5\n\n"): b"data: [DONE]\n\ndata: 5\n\n\n",
    (Form.LINES, b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": "\xe2\x80\xa8"}'): b'{"a": 1} \n{"a": "\\u2028"}\n',
    (Form.LINES, b'{"a": 1}\n{"a": "half'): b'{"a": 1}\n',
    (Form.VALUE, b'[\n1]\n"error": {'): b'[\n1]\n"error": {',
}


@pytest.mark.parametrize(("form", "sent"), TOLD)
def test_however_it_comes_it_reads_the_same(form, sent):
    for cuts in ([*range(len(sent))], *([cut] for cut in range(len(sent) + 1))):
        framing, bounds = Framing(form), [0, *cuts, len(sent)]
        read = [framing.feed(sent[start:end]) for start, end in pairwise(bounds)]
        assert b"".join([*read, framing.end()]) == TOLD[form, sent]


@pytest.mark.parametrize("form", Form)
def test_what_has_no_end_is_given_up(form):
    framing, part = Framing(form), json.dumps("x" * 500_000).encode()
    with pytest.raises(TooLong):
        for _ in range(20):
            framing.feed(part)
