"""Faster and slower, at the same pitch."""

import json

import pytest

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


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2, 3])
@pytest.mark.parametrize("hertz", [95, 210])
async def test_the_length_changes_and_the_pitch_does_not(page, house, speed, hertz):
    await page.goto(house)
    found = await page.js(MEASURE % (json.dumps(speed), hertz))
    assert abs(found["length"] * speed - 1) < 0.001
    assert abs(found["hertz"] / hertz - 1) < 0.01
    assert 0.9 < found["loudness"] < 1.1
