// Plays a run's clips in turn, to the sample, while they come. Whoever shows it asks for `position`.

import { Output } from "./output.js";
import { load } from "./sound.js";
import { before, first } from "./source.js";

const AHEAD = 4; // seconds handed over; a hidden tab looks after them once a second
const FETCHED = 30; // seconds of sound held ready beyond the position
const KEPT = 10; // seconds held behind it
const AT_ONCE = 3; // clips fetched at a time
const HOLE = 0.002; // seconds between clips that are meant, and not rounding
const TOLD = 200; // pieces of sound, a few seconds

export class Player {
  clips = []; // events, with `sound`, and whether it is `growing`, `broken` off, `loading`, or why it is `lost`, or only `late`
  wanted = false; // somebody wants to hear it
  #output = new Output((told) => this.#hear(told));
  #turn = 0; // begun by each seek
  #fed = 0; // pieces of sound handed over in this turn
  #silent = 0; // nothing sounds after so many of them
  #told = []; // {frame, clip, at, length, speed}: what leaves from which frame on
  #next = 0; // the clip to be handed over next
  #given = 0; // frames of it that were handed over, or are left out
  #until = 0; // position up to which sound was handed over
  #rest = 0; // position while nothing has sounded
  #beyond = true; // it lies where no sound has come yet
  #ended = false; // no more clips will come
  #speed = 1;
  #gone = new AbortController();

  /** Sound of this rate may come. */
  prepare(rate) {
    if (!this.#output.prepare(rate)) return;
    this.speed = this.#speed;
    this.seek(this.#rest);
    if (this.wanted) this.#output.context.resume();
    else this.#output.context.suspend();
  }

  /** Inside a click or key press, for browsers let nothing sound before. What comes is heard at once. */
  wake() {
    this.wanted = true;
    this.prepare();
    this.#output.context.resume();
  }

  /** The same for what is still to be asked for; quiet until then. */
  ready(rate) {
    this.wanted = false;
    this.seek(this.position);
    this.prepare(rate);
    this.#output.context.resume();
  }

  clear() {
    this.#gone.abort();
    this.#gone = new AbortController();
    this.clips = [];
    this.wanted = this.#ended = false;
    this.seek(0);
  }

  /** A finished clip; without `seconds` one that grows, and is added again when finished. */
  add(event) {
    const growing = event.seconds === undefined;
    const known = this.clips.at(-1);
    if (known?.growing && known.index === event.index) {
      Object.assign(known, event, { growing, lost: "" }); // it may grow anew after a restart of the service
    } else this.clips.push({ words: [], seconds: 0, ...event, growing });
    if (this.#beyond) this.seek(this.#rest);
    else this.tick();
  }

  /** The clip that grew does so no more: what there is of it is all. */
  broke(index) {
    const clip = this.clips.at(-1);
    if (clip?.growing && clip.index === index) [clip.growing, clip.broken, clip.lost] = [false, true, ""];
    this.tick();
  }

  end() {
    this.#ended = true;
    if (this.#beyond) this.seek(this.#rest);
  }

  // ---- asked

  get length() {
    const last = this.clips.at(-1);
    return last ? last.begins + last.seconds : 0;
  }

  /** Seconds of the run's sound that have left the loudspeaker. */
  get position() {
    const { frame } = this.#output;
    const piece = before(this.#told, (one) => one.frame > frame) || this.#told[0];
    if (!piece) return this.#rest;
    const within = Math.min(Math.max(0, frame - piece.frame), piece.length) * piece.speed;
    return Math.max(0, piece.begins + (piece.at + within) / this.#output.rate);
  }

  get #sounds() {
    return this.#silent !== this.#fed;
  }

  /** The clip that is heard at a position, or the last one before it. */
  clip(position = this.position) {
    return before(this.clips, (one) => one.begins > position + 1e-6);
  }

  get finished() {
    const last = this.#told.at(-1);
    const over = !last || this.#output.frame >= last.frame + last.length;
    return over && this.#ended && this.#next >= this.clips.length && !this.#sounds;
  }

  /** Why the sound that is due cannot be had. */
  get missing() {
    const { lost, late } = this.clips[this.#next] || {};
    return (!this.#sounds && (lost || late)) || "";
  }

  /** playing, paused, waiting (for sound), missing, blocked (by the browser), done. */
  get state() {
    if (!this.wanted) return "paused";
    if (this.finished) return "done";
    if (!this.#output.running) return "blocked";
    if (this.missing) return "missing";
    return this.#sounds ? "playing" : "waiting";
  }

  /** Does it sound, or will as soon as there is something to hear? */
  get sounding() {
    return ["playing", "waiting"].includes(this.state);
  }

  get speed() {
    return this.#speed;
  }

  // ---- told

  play() {
    if (this.finished) this.seek(0);
    for (const clip of this.clips) clip.lost = "";
    this.wake();
    this.tick();
  }

  pause() {
    this.wanted = false;
    this.#output.context?.suspend();
  }

  /** Where no sound has come yet, it waits for it. */
  seek(position) {
    const to = Math.min(Math.max(0, position), this.#ended ? this.length : Infinity);
    this.#output.say({ cut: ++this.#turn });
    [this.#told, this.#fed, this.#silent] = [[], 0, 0];
    this.#rest = this.#until = to;
    this.#next = Math.max(0, first(this.clips, (one) => one.begins > to + 1e-6) - 1);
    const clip = this.clips[this.#next];
    const skip = clip ? Math.max(0, to - clip.begins) : 0;
    const over = clip && !clip.growing && skip >= clip.seconds - 1e-6;
    if (over) this.#next++;
    this.#given = over ? 0 : Math.round(skip * this.#output.rate);
    this.#beyond = !this.#ended && this.#next >= this.clips.length;
    this.tick();
  }

  set volume(level) {
    this.#output.volume = level;
  }

  /** From the next piece of sound on, some milliseconds later. */
  set speed(speed) {
    this.#speed = speed;
    this.#output.say({ speed });
  }

  // ---- sound

  #hear({ turn, silent = -1, ...piece }) {
    if (turn !== this.#turn) return;
    this.#silent = silent;
    if (silent >= 0) return;
    this.#told.push({ ...piece, begins: this.clips[piece.clip].begins });
    if (this.#told.length > 2 * TOLD) this.#told.splice(0, TOLD);
  }

  /** Looks after all that is due; cheap, to be called often. */
  tick() {
    const position = this.position;
    this.#provide(position);
    if (!this.wanted || !this.#output.running) return;
    while (this.#next < this.clips.length && this.#until < position + AHEAD * Math.max(1, this.#speed)) {
      const clip = this.clips[this.#next];
      if (!clip.sound || !this.#feed(clip)) return;
      [this.#next, this.#given] = [this.#next + 1, 0];
    }
  }

  /** Hands over what there is of it; is that all of it? */
  #feed(clip) {
    const { pieces, whole } = clip.sound;
    const rate = this.#output.rate;
    const last = this.clips[this.#next - 1];
    const hole = !this.#given && this.#fed && last ? clip.begins - last.begins - last.seconds : 0;
    if (hole > HOLE) this.#give(Math.round(hole * rate), -Math.round(hole * rate));
    let from = 0;
    for (const piece of pieces) {
      const samples = piece.subarray(Math.max(0, this.#given - from));
      from += piece.length;
      if (samples.length) this.#give(samples, from - samples.length, !whole);
    }
    this.#given = Math.max(this.#given, from);
    if (whole) this.#output.say({ more: false });
    this.#until = Math.max(this.#until, clip.begins + Math.min(from, this.#given) / rate);
    return whole;
  }

  #give(sound, at, more) {
    this.#fed++;
    this.#output.say({ sound, clip: this.#next, at, more });
  }

  /** Fetches what will be heard soon, and lets go of what is far away. */
  #provide(position) {
    if (!this.#output.context) return;
    let loading = this.clips.filter((one) => one.loading).length;
    const reach = position + FETCHED * Math.max(1, this.#speed);
    for (const clip of this.clips) {
      const end = clip.growing ? Infinity : clip.begins + clip.seconds;
      const far = end < position - KEPT || clip.begins >= reach;
      if (far && clip.sound?.whole) clip.sound = null;
      if (far || end < position || clip.loading || clip.sound?.whole || clip.lost || loading >= AT_ONCE) continue;
      loading++;
      clip.sound ??= { pieces: [], length: 0, whole: false };
      load(clip, this.#output.context, this.#gone.signal, () => {
        if (clip.growing) clip.seconds = clip.sound.length / this.#output.rate;
        this.tick();
      });
    }
  }
}
