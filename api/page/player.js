// Plays a run's clips one after the other, to the sample, while they come. Whoever shows it asks for `position`.

import { ask, pause, Refusal } from "./service.js";
import { first } from "./source.js";

const AHEAD = 4; // seconds that are scheduled; a hidden tab looks after them once a second only
const FETCHED = 30; // seconds of sound held ready beyond the position
const KEPT = 10; // seconds held behind it
const AT_ONCE = 3; // clips fetched at a time
const LEAD = 0.01; // seconds between deciding and sounding
const HOLE = 0.002; // seconds between clips that are meant, and not rounding

export class Player {
  clips = [];
  wanted = false; // somebody wants to hear it
  #context = null;
  #volume = null;
  #bus = null;
  #scheduled = []; // {from, to: frames of the context; at: seconds of the run; speed; source}
  #next = 0; // the clip to be scheduled next
  #skip = 0; // seconds of it to leave out
  #edge = 0; // frame at which it begins, or 0: as soon as may be
  #rest = 0; // position while nothing is scheduled
  #beyond = true; // it lies where no sound has come yet
  #ended = false; // no more clips will come
  #speed = 1; // as wished
  #level = 1;
  #stretcher = null;
  #stretches = new Map(); // who waits for which answer
  #asked = 0;
  #gone = new AbortController();

  /** The first context takes long to make. */
  prepare(rate = 22_050) {
    if (this.#context) return;
    this.#context = new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
    this.#volume = new GainNode(this.#context, { gain: this.#level });
    this.#volume.connect(this.#context.destination);
    this.#bus = new GainNode(this.#context);
    this.#bus.connect(this.#volume);
    if (this.wanted) this.#context.resume();
    else this.#context.suspend();
  }

  /** Inside a click or key press, for browsers let nothing sound before: what comes will be heard at once. */
  wake(rate) {
    this.wanted = true;
    this.prepare(rate);
    this.#context.resume();
  }

  /** The same for what is still to be asked for: quiet until then. */
  ready(rate) {
    this.wanted = false;
    this.seek(this.position);
    this.prepare(rate);
    this.#context.resume();
  }

  /** Forget everything, for another run. */
  clear() {
    this.#gone.abort();
    this.#gone = new AbortController();
    this.#silence();
    Object.assign(this, { clips: [], wanted: false });
    [this.#next, this.#skip, this.#rest, this.#beyond, this.#ended] = [0, 0, 0, true, false];
  }

  add(event) {
    this.clips.push({ ...event, sound: null, loading: false, lost: false });
    if (this.#beyond) this.seek(this.#rest);
    else this.tick();
  }

  /** No more clips will come. */
  end() {
    this.#ended = true;
    if (this.#beyond) this.seek(this.#rest);
  }

  // ---- asked --------------------------------------------------------------------------------------------------------

  get length() {
    const last = this.clips.at(-1);
    return last ? last.begins + last.seconds : 0;
  }

  /** Seconds of the run's sound that have left the loudspeaker. */
  get position() {
    if (!this.#scheduled.length) return this.#rest;
    const frame = this.#frame;
    const piece = this.#scheduled[Math.max(0, first(this.#scheduled, (one) => one.from > frame) - 1)];
    const within = Math.min(Math.max(frame, piece.from), piece.to) - piece.from;
    return piece.at + (within / this.#context.sampleRate) * piece.speed;
  }

  /** What leaves the loudspeaker now. */
  get #frame() {
    const { currentTime, sampleRate, outputLatency } = this.#context;
    return (currentTime - Math.min(outputLatency || 0, 0.3)) * sampleRate;
  }

  /** The clip that is heard at a position, or the last one before it. */
  clip(position = this.position) {
    return this.clips[first(this.clips, (one) => one.begins > position + 1e-6) - 1];
  }

  get finished() {
    if (!this.#ended || this.#next < this.clips.length) return false;
    const last = this.#scheduled.at(-1);
    return !last || this.#frame >= last.to;
  }

  /** playing, paused, waiting (for sound), blocked (by the browser), done. */
  get state() {
    if (!this.wanted) return "paused";
    if (this.finished) return "done";
    if (this.#context?.state !== "running") return "blocked";
    const last = this.#scheduled.at(-1);
    return last && last.to > this.#context.currentTime * this.#context.sampleRate ? "playing" : "waiting";
  }

  /** Does it sound, or will as soon as there is something to hear? */
  get sounding() {
    return this.state === "playing" || this.state === "waiting";
  }

  get speed() {
    return this.#speed;
  }

  get volume() {
    return this.#level;
  }

  // ---- told ---------------------------------------------------------------------------------------------------------

  play() {
    if (this.finished) this.seek(0);
    this.wake();
    this.tick();
  }

  pause() {
    this.wanted = false;
    this.#context?.suspend();
  }

  /** Where no sound has come yet, it waits for it. */
  seek(position) {
    const to = Math.min(Math.max(0, position), this.#ended ? this.length : Infinity);
    this.#silence();
    this.#rest = to;
    this.#beyond = to >= this.length && !this.#ended;
    this.#next = Math.max(0, first(this.clips, (one) => one.begins > to + 1e-6) - 1);
    const clip = this.clips[this.#next];
    this.#skip = clip ? Math.max(0, to - clip.begins) : 0;
    if (clip && this.#skip >= clip.seconds - 1e-6) [this.#next, this.#skip] = [this.#next + 1, 0];
    this.tick();
  }

  set volume(level) {
    this.#level = level;
    this.#volume?.gain.setTargetAtTime(level, this.#context.currentTime, 0.01);
  }

  /** What sounds now goes on as it is until the same place is there at the new speed. */
  async setSpeed(speed) {
    this.#speed = speed;
    const clip = this.clip();
    if (clip?.sound && clip.sound.speed !== speed) await this.#atSpeed(clip, speed);
    if (this.#speed === speed && this.#context) this.seek(this.position);
  }

  // ---- scheduling ---------------------------------------------------------------------------------------------------

  #silence() {
    if (!this.#context) return;
    const now = this.#context.currentTime;
    this.#bus.gain.setValueAtTime(1, now);
    this.#bus.gain.linearRampToValueAtTime(0, now + LEAD); // a cut without a click
    for (const { source } of this.#scheduled) source.stop(now + LEAD);
    this.#scheduled = [];
    this.#edge = 0;
    this.#bus = new GainNode(this.#context);
    this.#bus.connect(this.#volume);
  }

  /** Looks after everything that is due; cheap, and to be called often. */
  tick() {
    const position = this.position;
    this.#provide(position);
    if (!this.wanted || this.#context?.state !== "running") return;
    const { currentTime, sampleRate } = this.#context;
    const now = Math.ceil((currentTime + LEAD) * sampleRate);
    while (this.#next < this.clips.length && this.#edge < now + AHEAD * sampleRate) {
      const clip = this.clips[this.#next];
      if (!clip.lost && clip.sound?.speed !== this.#speed) break;
      if (!clip.lost) this.#schedule(clip, now, sampleRate);
      [this.#next, this.#skip] = [this.#next + 1, 0];
    }
    const heard = currentTime * sampleRate - sampleRate;
    while (this.#scheduled.length > 1 && this.#scheduled[1].from < heard) this.#scheduled.shift();
  }

  #schedule(clip, now, rate) {
    const before = this.clips[this.#next - 1];
    const hole = before && this.#edge ? clip.begins - before.begins - before.seconds : 0;
    const from = Math.max(this.#edge + (hole > HOLE ? Math.round((hole / this.#speed) * rate) : 0), now);
    const skip = Math.round((this.#skip / this.#speed) * rate);
    const to = from + Math.max(0, clip.sound.buffer.length - skip);
    const source = new AudioBufferSourceNode(this.#context, { buffer: clip.sound.buffer });
    source.connect(this.#bus);
    source.start(from / rate, skip / rate);
    this.#scheduled.push({ from, to, at: clip.begins + this.#skip, speed: this.#speed, source });
    this.#edge = to;
  }

  // ---- sound --------------------------------------------------------------------------------------------------------

  /** Fetches what will be heard soon, and lets go of what is far away. */
  #provide(position) {
    if (!this.#context) return;
    let loading = 0;
    for (const clip of this.clips) loading += clip.loading;
    const low = first(this.clips, (one) => one.begins + one.seconds >= position - KEPT);
    for (let i = low - 1; i >= 0 && this.clips[i].sound; i--) this.clips[i].sound = null;
    const reach = position + FETCHED * Math.max(1, this.#speed);
    let i = Math.max(0, first(this.clips, (one) => one.begins > position) - 1);
    for (; i < this.clips.length && this.clips[i].begins < reach; i++) {
      const clip = this.clips[i];
      if (clip.loading || clip.lost || clip.sound?.speed === this.#speed) continue;
      if (loading++ >= AT_ONCE) return;
      this.#load(clip, this.#gone.signal);
    }
    for (; i < this.clips.length && this.clips[i].sound; i++) this.clips[i].sound = null;
  }

  async #load(clip, signal) {
    clip.loading = true;
    for (let wait = 200; !clip.sound && !clip.lost && !signal.aborted; wait = Math.min(2 * wait, 3000)) {
      try {
        const data = await (await ask(clip.url, { signal })).arrayBuffer();
        const buffer = await this.#context.decodeAudioData(data);
        clip.sound = { speed: 1, buffer, whole: buffer };
      } catch (error) {
        if (signal.aborted) return;
        clip.lost = !(error instanceof Refusal ? error.passing : error instanceof TypeError);
        if (!clip.lost) await pause(wait, signal);
      }
    }
    if (clip.sound && clip.sound.speed !== this.#speed) await this.#atSpeed(clip, this.#speed);
    clip.loading = false;
    if (!signal.aborted) this.tick();
  }

  async #atSpeed(clip, speed) {
    const { whole } = clip.sound;
    if (speed === 1) {
      clip.sound = { speed, buffer: whole, whole };
      return;
    }
    const samples = await this.#stretched(whole.getChannelData(0), speed, whole.sampleRate);
    const buffer = new AudioBuffer({ length: Math.max(1, samples.length), sampleRate: whole.sampleRate });
    buffer.copyToChannel(samples, 0);
    if (clip.sound) clip.sound = { speed, buffer, whole };
  }

  #stretched(sound, speed, rate) {
    if (!this.#stretcher) {
      this.#stretcher = new Worker("/page/stretch.js", { type: "module" });
      this.#stretcher.onmessage = ({ data: { id, out } }) => {
        this.#stretches.get(id)(out);
        this.#stretches.delete(id);
      };
    }
    return new Promise((done) => {
      const id = ++this.#asked;
      this.#stretches.set(id, done);
      this.#stretcher.postMessage({ id, sound, speed, rate });
    });
  }
}
