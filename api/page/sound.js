// The sound of a clip as samples: at once where it is finished, piece by piece while it grows.

import { ask, pause, Refusal } from "./service.js";

const HEADER = 44; // bytes

/** Puts samples into `clip.sound.pieces` and calls `came`, until `clip.sound.whole`; or the clip is `lost`. */
export async function load(clip, context, signal, came) {
  clip.loading = true;
  for (let wait = 200; !clip.sound.whole && !clip.lost && !signal.aborted; wait = Math.min(2 * wait, 2000)) {
    try {
      const answer = await ask(clip.url, { signal });
      if (clip.growing) await follow(clip, answer.body, came);
      else put(clip, (await context.decodeAudioData(await answer.arrayBuffer())).getChannelData(0));
      clip.sound.whole = true;
    } catch (error) {
      if (signal.aborted) return;
      const passing = error instanceof Refusal ? error.passing : error instanceof TypeError;
      if (passing && !clip.broken) await pause(wait, signal);
      else if (clip.sound.length) clip.sound.whole = true;
      else clip.lost = true;
    }
  }
  clip.loading = false;
  if (!signal.aborted) came();
}

/** What is there already, after a line that broke, is left out. */
function put(clip, samples, from = 0) {
  const rest = samples.subarray(Math.max(0, clip.sound.length - from));
  if (!rest.length) return;
  clip.sound.pieces.push(rest);
  clip.sound.length += rest.length;
}

async function follow(clip, body, came) {
  let from = 0;
  for await (const samples of parts(body)) {
    put(clip, samples, from);
    from += samples.length;
    came();
  }
}

/** The samples of a WAV (16 bits, one channel) while it comes. */
async function* parts(body) {
  const reader = body.getReader();
  let header = HEADER; // bytes of it that are still to come
  let half = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const bytes = new Uint8Array([...half, ...value]);
      const from = Math.min(header, bytes.length);
      const length = (bytes.length - from) >> 1;
      const view = new DataView(bytes.buffer, from);
      [header, half] = [header - from, bytes.slice(from + 2 * length)];
      yield Float32Array.from({ length }, (_, i) => view.getInt16(2 * i, true) / 32768);
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be broken already, which is why we leave
  }
}
