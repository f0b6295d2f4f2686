// Media keys, headphones and lock screens. They heed a playing media element only, so a silent one plays along.

let silence = null;

/** Ten seconds of nothing, as WAV. */
function quiet() {
  const rate = 8000;
  const bytes = new DataView(new ArrayBuffer(44 + 10 * rate));
  [...new TextEncoder().encode("RIFF____WAVEfmt ")].forEach((byte, i) => bytes.setUint8(i, byte));
  bytes.setUint32(4, 36 + 10 * rate, true);
  bytes.setUint32(16, 16, true);
  bytes.setUint32(20, 0x10001, true); // PCM, one channel
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate, true);
  bytes.setUint32(32, 0x80001, true); // a byte a sample
  [...new TextEncoder().encode("data")].forEach((byte, i) => bytes.setUint8(36 + i, byte));
  bytes.setUint32(40, 10 * rate, true);
  for (let i = 44; i < bytes.byteLength; i++) bytes.setUint8(i, 128);
  return new Blob([bytes], { type: "audio/wav" });
}

/** `on`: what the keys do. */
export function install(player, on) {
  const { mediaSession } = navigator;
  if (!mediaSession) return;
  const actions = {
    play: () => player.play(), pause: on.pause, stop: on.pause, previoustrack: on.back, nexttrack: on.forward,
    seekto: ({ seekTime }) => player.seek(seekTime),
    seekbackward: ({ seekOffset }) => player.seek(player.position - (seekOffset || 10)),
    seekforward: ({ seekOffset }) => player.seek(player.position + (seekOffset || 10)),
  };
  for (const [name, does] of Object.entries(actions)) {
    try {
      mediaSession.setActionHandler(name, does);
    } catch {
      // a browser that does not know this key
    }
  }
}

/** As things stand; when the state has changed. */
export function show(player, title) {
  const { mediaSession } = navigator;
  if (!mediaSession) return;
  if (!silence) {
    silence = new Audio(URL.createObjectURL(quiet()));
    silence.loop = true;
  }
  mediaSession.metadata = new MediaMetadata({ title, artist: "aloud" });
  mediaSession.playbackState = player.sounding ? "playing" : "paused";
  if (player.sounding) silence.play().catch(() => {}); // without a gesture there are no media keys yet
  else silence.pause();
  if (player.length) {
    const position = Math.min(player.position, player.length);
    mediaSession.setPositionState({ duration: player.length, position, playbackRate: player.speed });
  }
}
