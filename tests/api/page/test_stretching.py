"""Faster and slower, at the same pitch."""

import json

import pytest
import pytest_asyncio

MEASURE = """(async () => {
  const { Stretch } = await import('/page/stretch.js');
  const rate = 22050, speed = %s, hertz = %s;
  const voice = (t) => (0.6 + 0.4 * Math.sin(2 * Math.PI * 3 * t))
    * [1, 2, 3, 5].reduce((sum, k) => sum + Math.sin(2 * Math.PI * k * hertz * t + k) / k, 0) / 2;
  const sound = Float32Array.from({ length: 2 * rate }, (_, i) => voice(i / rate));
  const tape = Object.assign(new Stretch(rate), { speed });
  tape.feed(sound);
  const out = [];
  for (let piece; (piece = tape.next()); ) out.push(...piece.sound);
  const power = (all) => Math.sqrt(all.reduce((sum, one) => sum + one * one, 0) / all.length);
  const alike = (lag) => {
    let sum = 0;
    for (let i = 2000; i < out.length - 2000; i++) sum += out[i] * out[i + lag];
    return sum;
  };
  const period = rate / hertz;
  let best = [-Infinity, 0];
  for (let lag = Math.floor(period * 0.9) * 8; lag <= period * 1.1 * 8; lag++) {
    if (alike(lag) > best[0]) best = [alike(lag), lag];
  }
  return { length: out.length / sound.length, loudness: power(out) / power(sound),
           hertz: hertz * Math.round(best[1] / period) / (best[1] / period) };
})()"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tab(browser, house):
    """One for all of them, for they leave nothing behind."""
    opened = await browser.page()
    await opened.goto(house)
    yield opened
    await opened.close()


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2, 3])
@pytest.mark.parametrize("hertz", [95, 210])
async def test_the_length_changes_and_the_pitch_does_not(tab, speed, hertz):
    found = await tab.js(MEASURE % (json.dumps(speed), hertz))
    assert abs(found["length"] * speed - 1) < 0.001
    assert abs(found["hertz"] / hertz - 1) < 0.01
    assert 0.9 < found["loudness"] < 1.1


MEASURE_GROWTH = """(async () => {
  const { Tape } = await import('/page/tape.js');
  const [rate, factor, late, seed] = %s;
  let state = seed;
  const chance = () => (state = (state * 16807) %% 2147483647) / 2147483647;
  const length = 3 * rate;
  const sound = Float32Array.from({ length }, (_, i) =>
    Math.min(1, (i + 1) / 1000, (length - i) / 1000) * (0.5 + 0.4 * Math.sin(i / 20)));
  const piece = rate / 10;
  const coming = []; // a tenth of a second at a time, each up to `late` seconds later than the voice's pace has it
  for (let at = 0; at < sound.length; at += piece) {
    const due = factor * (at + piece) + late * rate * chance();
    coming.push({ at, due: Math.max(due, coming.at(-1)?.due || 0), more: at + piece < sound.length });
  }
  const out = [];
  const tape = new Tape(rate, () => {});
  tape.heed({ cut: 1 });
  for (let frame = 0; out.length < 8 * rate; frame += 128) {
    while (coming[0]?.due <= frame) {
      const { at, more } = coming.shift();
      tape.heed({ sound: sound.slice(at, at + piece), clip: 0, at, more });
    }
    const block = new Float32Array(128);
    tape.fill(block, frame);
    out.push(...block);
  }
  const begun = out.findIndex((one) => one);
  const heard = out.slice(begun, begun + sound.length);
  const steps = out.slice(1).map((one, i) => Math.abs(one - out[i]));
  return { begun: begun / rate, wrong: heard.filter((one, i) => Math.abs(one - sound[i]) > 1e-6).length,
           sounding: out.filter((one) => one).length - sound.length,
           step: steps.slice(begun + 1).reduce((one, two) => Math.max(one, two)) };
})()"""


@pytest.mark.parametrize(("factor", "late"), [(0.1, 0.14), (0.3, 0.12), (0.6, 0.09), (0.9, 0.06)])
async def test_a_clip_that_grows_in_time_is_passed_on_to_the_sample(tab, factor, late):
    for seed in range(1, 6):
        found = await tab.js(MEASURE_GROWTH % json.dumps([20000, factor, late, seed]))
        assert found["wrong"] == 0 and found["sounding"] == 0
        assert found["begun"] <= 0.3 * factor + late + 0.01, "it waits for a fifth of a second of sound, and no longer"


async def test_a_clip_that_grows_too_slowly_fades_where_it_must_wait_and_loses_nothing(tab):
    found = await tab.js(MEASURE_GROWTH % json.dumps([20000, 1.5, 0.1, 1]))
    assert found["sounding"] > 0, "each fade is heard, and the sound goes on where it began"
    assert found["step"] < 0.05, "no click"
