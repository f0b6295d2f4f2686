"""Providers in succession: when one fails, the next one takes over, in the middle of an answer too.

What has been handed out is spoken, and cannot be taken back. So nothing is held back while all is well; when a provider
breaks off, the next one is shown all that was said and asked to go on from there: as the beginning of its own answer
where its API takes that (`continues`), else by an instruction, which names the unfinished sentence. What it says is
then laid over the end of what was said (`sources.handover.seam`): repetitions and introductions fall away, and the text
goes on at the very character where it broke off. A source that is no model (`continues` is None) cannot be told; it
begins again and must come past the same point.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

from pipeline.errors import NotInstalled, SourceError, SourceFailed, SourceRefused
from pipeline.ground.settings import yes
from pipeline.ports import Source
from pipeline.sources.connection.retry import PatientSource, Retries
from pipeline.sources.handover.overlap import ENDED
from pipeline.sources.handover.seam import Seam
from pipeline.types import Handover, Message, Request, Said, ToolCall
from pipeline.utterance import ignored

_LAST = re.compile(r"(?:.*[.!?…][\"'”’»)\]]*\s|.*[。！？\n])?\s*(.*)$", re.DOTALL)
_GO_ON = (
    "Your answer was cut off after its last word above. Go on from exactly there, in the same language and manner, as "
    "if there had been no break: no introduction, no remark about it, nothing said twice."
)
_BRIEF = 5.0
"""Seconds that a provider may ask us to wait where another one could take over at once."""
_TAIL = 300
"""Characters of a sentence that is worth beginning anew."""
_UNFINISHED = (
    " Its last sentence is unfinished. Begin with that sentence, word for word as it stands, and finish it: {}"
)


def in_turn(sources: Sequence[Source], env: Mapping[str, str], said: str = "") -> Source:
    """One source out of several: each is asked again as the settings say, then the next one takes over.

    `ALOUD_LLM_CONTINUE` (yes) says whether in the middle of an answer too. What was `said` of the answer before
    it broke off comes first; nobody is asked for it again."""
    retries = Retries.from_env(env)
    continuing = yes(env, "ALOUD_LLM_CONTINUE", default=True)
    brief = replace(retries, longest=_BRIEF, loading=0.0)
    patient = [PatientSource(source, brief) for source in sources[:-1]]
    patient += [PatientSource(source, retries) for source in sources[-1:]]
    if len(patient) == 1 and not said:
        return patient[0]
    return Succession(patient, continuing=continuing, said=said)


class Succession:
    def __init__(self, sources: Sequence[Source], *, continuing: bool = True, said: str = "") -> None:
        """Without `continuing`, whoever has said a word must finish: when he fails, the answer ends there. `said`: the
        beginning of the answer, from which the first one is to go on."""
        self.sources = tuple(sources)
        self.name = sources[0].name
        self.model = sources[0].model
        self.streaming = sources[0].streaming
        self._continuing = continuing
        self._said = said

    def ignored(self, request: Request) -> tuple[str, ...]:
        return ignored(self.sources[0], request)

    async def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        said = [self._said] if self._said else []
        if self._said:
            yield self._said
        for source, following in zip(self.sources, (*self.sources[1:], None), strict=True):
            try:
                async with aclosing(_from(source, request, "".join(said))) as items:
                    async for item in items:
                        if isinstance(item, str):
                            said.append(item)
                        elif isinstance(item, ToolCall) and item.result is not None:
                            request = _knowing(request, item)
                        yield item
                return
            except (SourceError, NotInstalled) as error:
                if following is None or ("".join(said).strip() and not self._continuing):
                    raise
                code, message = error.code, error.message
            request = for_another(request)
            yield Handover(source.name, following.name, code, message, following.model)


def for_another(request: Request) -> Request:
    """To whom the names of a model and its options mean nothing: each provider has its own."""
    return replace(request, model="", llm_options={})


def _knowing(request: Request, call: ToolCall) -> Request:
    """What a tool gave: it is not run again for whoever takes over."""
    told = f"(The tool {call.name} was called with {json.dumps(call.arguments, default=str)}, and gave: {call.result})"
    return replace(request, messages=(*request.messages, Message("tool", told)))


def _from(source: Source, request: Request, said: str) -> AsyncGenerator[Said, None]:
    """What `source` says after `said`."""
    return _going_on(source, request, said) if said.strip() else source.tokens(request)


async def _going_on(source: Source, request: Request, said: str) -> AsyncGenerator[Said, None]:
    continues: bool | None = getattr(source, "continues", False)
    begun = False
    if continues:
        try:
            async with aclosing(_joined(source, _own(request, said), Seam(said, exact=True))) as items:
                async for item in items:
                    begun = True
                    yield item
            return
        except SourceRefused:
            if begun:
                raise  # else this model takes no beginning: it is told instead
    seam = Seam(said, strict=continues is None)
    asked = request if continues is None else _told(request, said)
    async with aclosing(_joined(source, asked, seam)) as items:
        async for item in items:
            yield item


async def _joined(source: Source, request: Request, seam: Seam) -> AsyncGenerator[Said, None]:
    try:
        async with aclosing(source.tokens(request)) as items:
            async for item in items:
                if not isinstance(item, str):
                    yield item
                elif new := seam.feed(item):
                    yield new
                elif seam.lost:
                    break
    except SourceFailed as error:
        if not error.details.get("blank") or seam.unfinished:
            raise  # else there was no more to say: the answer had broken off right after its last sentence
    if new := seam.end():
        yield new
    if seam.lost:
        raise SourceFailed(f"{source.name} has other things to say than what the answer began with.")


def _own(request: Request, said: str) -> Request:
    """The conversation with `said` as the beginning of the answer."""
    messages = request.messages
    if messages and messages[-1].role == "assistant":
        messages, said = messages[:-1], messages[-1].content + said
    return replace(request, messages=(*messages, Message("assistant", said.rstrip())))


def _told(request: Request, said: str) -> Request:
    tail = "" if ENDED.search(said) else _LAST.match(said)[1]  # type: ignore[index]  # matches whatever there is
    order = _GO_ON + (_UNFINISHED.format(tail) if 0 < len(tail) < _TAIL else "")
    return replace(request, messages=(*_own(request, said).messages, Message("user", order)))
