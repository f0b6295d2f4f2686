// Media keys, headphones and lock screens. They heed playing media elements only, so a silent one plays along.

import { skip } from "./place.js";
import { player } from "./stage.js";

const { mediaSession } = navigator;
let silence = null;

/** Ten seconds of WAV: 16 bits at 8000 Hz. */
function quiet() {
  const words = new Uint32Array(11 + 40_000);
  const size = 4 * words.length - 44;
  words.set([0x46464952, 36 + size, 0x45564157, 0x20746d66, 16, 0x10001, 8000, 16_000, 0x100002, 0x61746164, size]);
  return new Blob([words], { type: "audio/wav" });
}

export function install() {
  const by = (sign) => ({ seekOffset }) => player.seek(player.position + sign * (seekOffset || 10));
  const actions = {
    play: () => player.play(), pause: () => player.pause(), stop: () => player.pause(),
    previoustrack: () => skip(-1), nexttrack: () => skip(1),
    seekto: ({ seekTime }) => player.seek(seekTime),
    seekbackward: by(-1), seekforward: by(1),
  };
  for (const [name, does] of Object.entries(actions)) {
    try {
      mediaSession.setActionHandler(name, does);
    } catch {
      // a browser that does not know this key, or any
    }
  }
}

export function show(title) {
  if (!mediaSession) return;
  if (!silence) {
    silence = new Audio(URL.createObjectURL(quiet()));
    silence.loop = true;
  }
  mediaSession.metadata = new MediaMetadata({ title, artist: "aloud" });
  mediaSession.playbackState = player.sounding ? "playing" : "paused";
  if (player.sounding) silence.play().catch(() => {}); // no gesture, no media keys yet
  else silence.pause();
  place();
}

export function place() {
  if (mediaSession && player.length) {
    const position = Math.min(player.position, player.length);
    mediaSession.setPositionState({ duration: player.length, position, playbackRate: player.speed });
  }
}
