// Faster or slower at the same pitch: overlapping pieces of the sound, each taken where it fits the one before (WSOLA).
// A worker, for a long clip takes longer than a frame. It needs no secure address, as an audio worklet would.

const PIECE = 0.03; // seconds
const SLACK = 0.008; // seconds by which a piece may be moved to fit

export function stretch(sound, speed, rate) {
  const length = Math.round(sound.length / speed);
  const hop = Math.round((PIECE * rate) / 2);
  const slack = Math.round(SLACK * rate);
  const out = new Float32Array(length);
  const fade = Float32Array.from({ length: hop }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / hop));
  out.set(sound.subarray(0, Math.min(hop, length)));
  let tail = hop; // where the sound would go on from the piece before
  for (let at = hop; at < length; at += hop) {
    const from = fitting(sound, tail, Math.round(at * speed), hop, slack);
    const end = Math.min(hop, length - at);
    for (let i = 0; i < end; i++) {
      const old = sound[tail + i] || 0;
      out[at + i] = old + fade[i] * ((sound[from + i] || 0) - old);
    }
    tail = from + hop;
  }
  return out;
}

/** Near `target`, where the sound is most like that at `tail`: roughly first, then to the sample. */
function fitting(sound, tail, target, hop, slack) {
  const low = Math.max(0, target - slack);
  const high = Math.min(target + slack, sound.length - hop);
  if (high <= low || tail + hop > sound.length) return Math.max(0, Math.min(target, sound.length));
  const rough = best(sound, tail, low, high, hop, 4, 3);
  return best(sound, tail, Math.max(low, rough - 3), Math.min(high, rough + 3), hop, 1, 1);
}

function best(sound, tail, low, high, hop, step, stride) {
  let found = low;
  let most = -Infinity;
  for (let from = low; from <= high; from += step) {
    let alike = 0;
    let power = 1e-9;
    for (let i = 0; i < hop; i += stride) {
      const sample = sound[from + i];
      alike += sample * sound[tail + i];
      power += sample * sample;
    }
    const score = alike / Math.sqrt(power);
    if (score > most) [most, found] = [score, from];
  }
  return found;
}

if (typeof WorkerGlobalScope !== "undefined") {
  self.onmessage = ({ data: { id, sound, speed, rate } }) => {
    const out = stretch(sound, speed, rate);
    self.postMessage({ id, out }, [out.buffer]);
  };
}
