// The way from samples to the loudspeaker.

import { Tape } from "./tape.js";

const USUAL = 22_050; // hertz
const BLOCK = 2048; // frames
const SMOOTH = 0.01; // seconds in which the volume changes

export class Output {
  context = null;
  #tell;
  #volume = null;
  #level = 1;
  #post = null; // promised: speaks to the tape

  constructor(tell) {
    this.#tell = tell;
  }

  /** The first context takes long to make; one of another rate would bend every sample. Is it a new one? */
  prepare(rate) {
    if (this.context && this.rate === (rate || this.rate)) return false;
    this.context?.close();
    const context = this.context = new AudioContext({ sampleRate: rate || USUAL });
    const volume = this.#volume = new GainNode(context, { gain: this.#level });
    volume.connect(context.destination);
    this.#post = taped(context, volume, this.#tell);
    return true;
  }

  say(message) {
    this.#post?.then((post) => post(message));
  }

  get rate() {
    return this.context?.sampleRate ?? 0;
  }

  get running() {
    return this.context?.state === "running";
  }

  /** What leaves the loudspeaker now. */
  get frame() {
    if (!this.context) return 0;
    const { currentTime, outputLatency } = this.context;
    return (currentTime - Math.min(outputLatency || 0, 0.3)) * this.rate;
  }

  set volume(level) {
    this.#level = level;
    this.#volume?.gain.setTargetAtTime(level, this.context.currentTime, SMOOTH);
  }
}

/** How to speak to the tape. Only secure addresses have worklets; elsewhere our own thread must do. */
async function taped(context, volume, tell) {
  if (!context.audioWorklet) return plain(context, volume, tell);
  await context.audioWorklet.addModule("page/tape.js");
  const node = new AudioWorkletNode(context, "tape", { numberOfInputs: 0, outputChannelCount: [1] });
  node.port.onmessage = ({ data }) => tell(data);
  node.connect(volume);
  return (message) => node.port.postMessage(message);
}

function plain(context, volume, tell) {
  const node = context.createScriptProcessor(BLOCK, 1, 1);
  const tape = new Tape(context.sampleRate, tell);
  node.onaudioprocess = ({ outputBuffer, playbackTime }) => {
    tape.fill(outputBuffer.getChannelData(0), Math.round(playbackTime * context.sampleRate));
  };
  node.connect(volume);
  return (message) => tape.heed(message);
}
