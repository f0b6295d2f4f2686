"""Piper's neural voices, from model files on this machine."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np
import soxr

from pipeline.engines.kit.bounds import between
from pipeline.engines.kit.inference import Session, Stop
from pipeline.engines.kit.origin import origin
from pipeline.engines.kit.pieces import pieces, plain
from pipeline.engines.kit.roster import chosen, find, pick
from pipeline.engines.kit.spread import spread
from pipeline.engines.kit.threads import Put, Threads
from pipeline.engines.kit.words import words
from pipeline.errors import EngineError, EngineSilent, EngineUnavailable
from pipeline.ground.tables import installed
from pipeline.types import Voice, VoiceInfo, WordTime

_NEEDED = ("The engine piper", "piper-tts")
LARGEST = 2000
"""Bytes of text at a time: all of it becomes phonemes before the first of it is heard."""
LISTED = 100
"""Speakers of a model that are listed as voices; others can be asked for by name or number all the same."""


@dataclass(frozen=True, slots=True)
class _Model:
    path: Path
    rate: int
    length_scale: float
    languages: tuple[str, ...]
    speakers: Mapping[str, int]
    count: int
    """How many speakers there are, named or not."""


class PiperEngine:
    name = "piper"
    local = True
    parallel = 2

    def __init__(self, voices: Iterable[Path]) -> None:
        """`voices`: model files (`*.onnx`, with their `*.onnx.json`) and folders of them; the first is the default."""
        library = installed(*_NEEDED)
        self._models = {path.stem: _read(path) for path in _files(voices)}
        if not self._models:
            raise EngineUnavailable(f"No piper voice was found. {_HELP}")
        default = next(iter(self._models.values()))
        self.sample_rate = default.rate
        self.version = f"{library} {origin(default.path)}"
        self._loaded: dict[str, Any] = {}
        self._loading = threading.Lock()
        self._threads = Threads("piper", self.parallel)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        installed(*_NEEDED)  # told first: a model alone would be of no use
        places = env.get("ALOUD_PIPER_VOICES", "")
        if not places:
            raise EngineUnavailable(f"The engine piper has no voices. {_HELP}")
        return cls(Path(place).expanduser() for place in places.split(os.pathsep) if place)

    async def voices(self) -> Sequence[VoiceInfo]:
        return self._infos()

    def knows(self, name: str) -> bool:
        base, sign, speaker = name.partition("#")
        model = self._models.get(find(self._infos(), base))
        return model is not None and (not sign or _speaker(model, speaker) is not None)

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        if not words(text):
            return
        model, speaker = self._chosen(voice)
        loaded: Any = self._loaded.get(model.path.stem) or await self._threads.call(lambda: self._load(model))
        stop = Stop()

        def work(put: Put[bytes | WordTime]) -> None:
            with loaded.session.stopped_by(stop):
                self._say(text, loaded, _config(model, speaker, voice), put)

        async with aclosing(self._threads.stream(work, stop)) as items:
            async for item in items:
                yield item

    async def aclose(self) -> None:
        await self._threads.aclose()
        self._loaded.clear()

    # in the threads

    def _say(self, text: str, loaded: Any, config: Any, put: Put[bytes | WordTime]) -> None:
        samples = 0
        for offset, piece in pieces(plain(text).replace("[[", "  "), LARGEST):  # "[[" would make phonemes of text
            spoken: list[tuple[str, float, float]] = []
            before = samples
            for chunk in _chunks(loaded, piece, config):
                spoken += _timed(chunk, samples / self.sample_rate)
                sound = chunk.audio_int16_array
                if chunk.sample_rate != self.sample_rate:
                    sound = soxr.resample(sound, chunk.sample_rate, self.sample_rate)
                samples += len(sound)
                if not put(bytes(np.ascontiguousarray(sound, "<i2").data)):
                    return
            if samples == before and words(piece):
                raise EngineSilent("piper made no sound of this text: its voice cannot read it.")
            if not all(map(put, spread(piece, offset, spoken))):
                return

    def _load(self, model: _Model) -> Any:
        """Once for all who use it."""
        with self._loading:
            if model.path.stem not in self._loaded:
                logging.getLogger("piper").setLevel(logging.WARNING)  # it would log the text
                try:
                    from piper import PiperVoice

                    loaded = PiperVoice.load(model.path, include_alignments=find_spec("onnx") is not None)
                except Exception as error:
                    raise EngineUnavailable(f"The piper voice {model.path} cannot be loaded: {error}") from error
                loaded.session = Session(loaded.session)
                self._loaded[model.path.stem] = loaded
            return self._loaded[model.path.stem]

    # voices

    def _infos(self) -> list[VoiceInfo]:
        infos = [VoiceInfo(name, model.languages) for name, model in self._models.items()]
        for name, model in self._models.items():
            infos += [VoiceInfo(f"{name}#{speaker}", model.languages) for speaker in list(model.speakers)[:LISTED]]
        return infos

    def _chosen(self, voice: Voice) -> tuple[_Model, int | None]:
        if not voice.name:
            return self._models[chosen(self.name, self._infos(), voice) or next(iter(self._models))], None
        base, sign, speaker = voice.name.partition("#")
        model = self._models[pick(self.name, [info for info in self._infos() if "#" not in info.name], base)]
        if not sign:
            return model, None
        number = _speaker(model, speaker)
        if number is None:
            pick(self.name, [info for info in self._infos() if info.name.startswith(f"{base}#")], voice.name)
        return model, number


_HELP = (
    "Set ALOUD_PIPER_VOICES to a voice's .onnx file, or to a folder of them; "
    "`python -m piper.download_voices en_US-lessac-medium` fetches one."
)


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(file for file in place.rglob("*.onnx") if Path(f"{file}.json").is_file())
        elif place.is_file():
            yield place
        else:
            raise EngineUnavailable(f"There is no piper voice at {place}. {_HELP}")


def _read(path: Path) -> _Model:
    config = Path(f"{path}.json")
    try:
        data = json.loads(config.read_text(encoding="utf-8"))
        code = data.get("language", {}).get("code") or data["espeak"]["voice"]
        return _Model(
            path,
            int(data["audio"]["sample_rate"]),
            float(data.get("inference", {}).get("length_scale", 1.0)),
            (code.replace("_", "-"),),
            data.get("speaker_id_map") or {},
            int(data.get("num_speakers", 1)),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineUnavailable(
            f"The piper voice {path} needs a readable {config.name} beside it: {error!r}"
        ) from error


def _speaker(model: _Model, name: str) -> int | None:
    if name in model.speakers:
        return model.speakers[name]
    return int(name) if name.isascii() and name.isdigit() and int(name[:9]) < model.count else None


def _config(model: _Model, speaker: int | None, voice: Voice) -> Any:
    from piper import SynthesisConfig

    return SynthesisConfig(
        speaker_id=speaker,
        length_scale=model.length_scale / between(0.25, voice.speed, 4.0),
        volume=between(0.0, voice.volume, 1.0),
        normalize_audio=False,  # else each sentence would be as loud as its loudest sample allows
    )


def _chunks(loaded: Any, text: str, config: Any) -> Iterator[Any]:
    """The library's own, sentence by sentence; its errors as ours."""
    try:
        yield from loaded.synthesize(text, config, include_alignments=True)
    except Exception as error:
        raise EngineError(f"piper failed: {error}") from error


def _timed(chunk: Any, begins: float) -> Iterator[tuple[str, float, float]]:
    """Each phoneme with its begin and end, in seconds; nothing if the model tells no lengths."""
    place = 0
    for one in chunk.phoneme_alignments or ():
        begin, place = place, place + int(one.num_samples)
        yield one.phoneme, begins + begin / chunk.sample_rate, begins + place / chunk.sample_rate
