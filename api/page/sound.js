// The sound of a clip as samples, piece by piece while they come.

import { ask, chunks, pause, Refusal } from "./service.js";

const HEADER = 44; // bytes

/** Puts samples into `clip.sound.pieces` and calls `came`, until `clip.sound.whole`; or the clip is `lost`: why. */
export async function load(clip, context, signal, came) {
  clip.loading = true;
  for (let wait = 200; !clip.sound.whole && !clip.lost; wait = Math.min(2 * wait, 2000)) {
    try {
      const { body } = await ask(clip.url, { signal });
      let from = 0;
      for await (const samples of clip.media_type === "audio/wav" ? plain(body) : coded(clip, body, context)) {
        put(clip, samples, from);
        from += samples.length;
        clip.late = "";
        came();
      }
      clip.sound.whole = true;
    } catch (error) {
      if (signal.aborted) return;
      const passing = error instanceof Refusal ? error.passing : error instanceof TypeError;
      if (clip.broken) clip.sound.whole = true;
      else if (passing) {
        clip.late = error.message;
        await pause(wait, signal);
      } else clip.lost = error.message;
    }
  }
  clip.loading = false;
  if (!signal.aborted) came();
}

/** What is there already, after a line that broke, is left out. */
function put(clip, samples, from) {
  const rest = samples.subarray(Math.max(0, clip.sound.length - from));
  if (!rest.length) return;
  clip.sound.pieces.push(rest);
  clip.sound.length += rest.length;
}

/** WAV (16 bits, one channel). */
async function* plain(body) {
  let header = HEADER; // bytes of it that are still to come
  let half = [];
  for await (const chunk of chunks(body)) {
    const bytes = new Uint8Array(half.length + chunk.length);
    bytes.set(half);
    bytes.set(chunk, half.length);
    const from = Math.min(header, bytes.length);
    const samples = new Float32Array((bytes.length - from) >> 1);
    const view = new DataView(bytes.buffer, from);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true) / 32768;
    [header, half] = [header - from, bytes.subarray(from + 2 * samples.length)];
    yield samples;
  }
}

/** What only the browser can decode: always from the beginning, so of a clip that grows again and again. */
async function* coded(clip, body, context) {
  const all = [];
  let known = 0;
  const decode = async () => (await context.decodeAudioData(await new Blob(all).arrayBuffer())).getChannelData(0);
  for await (const chunk of chunks(body)) {
    all.push(chunk);
    const samples = clip.growing && (await decode().catch(() => null)); // too little of it may tell nothing
    if (!samples) continue;
    yield samples.subarray(known);
    known = samples.length;
  }
  yield (await decode()).subarray(known);
}
