// What sounds: clips in turn, to the sample, at any speed; and word of which sample leaves when.

import { Stretch } from "./stretch.js";

export class Tape {
  #stretch;
  #tell;
  #turn = 0; // of whoever feeds us
  #fed = 0; // messages with sound, in this turn
  #marks = []; // {from: number of a sample; clip, at: the frame of the clip that it is}
  #piece = null;
  #used = 0; // samples of it
  #told = -1; // how much was fed when silence was told of

  /** `tell`: {turn, frame, clip, at, length, speed}, the clip sounds from `at` on, for `length` frames from `frame` on;
   * {turn, silent}, nothing does after so many messages. */
  constructor(rate, tell) {
    this.#stretch = new Stretch(rate);
    this.#tell = tell;
  }

  /** `cut`: this turn begins. `sound`: of a clip from its frame `at` on, or so many frames of silence; `more` of it will come. */
  heed({ cut, speed, sound, clip, at, more }) {
    if (speed) this.#stretch.speed = speed;
    if (cut) {
      this.#stretch.cut();
      [this.#turn, this.#fed, this.#marks, this.#told] = [cut, 0, [], -1];
    }
    if (sound !== undefined) {
      this.#marks.push({ from: this.#stretch.end, clip, at });
      this.#stretch.feed(typeof sound === "number" ? new Float32Array(sound) : sound);
      this.#fed++;
    }
    if (more !== undefined) this.#stretch.more = more;
  }

  /** The samples that leave from this frame on. */
  fill(out, frame) {
    for (let done = 0; done < out.length; ) {
      this.#piece ??= this.#next(frame + done);
      if (!this.#piece) {
        out.fill(0, done);
        return;
      }
      const part = this.#piece.subarray(this.#used, this.#used + out.length - done);
      out.set(part, done);
      done += part.length;
      this.#used += part.length;
      if (this.#used === this.#piece.length) this.#piece = null;
    }
  }

  #next(frame) {
    const piece = this.#stretch.next();
    this.#used = 0;
    if (piece && piece.from >= 0) {
      while (this.#marks.length > 1 && this.#marks[1].from <= piece.from) this.#marks.shift();
      const [{ from, clip, at }] = this.#marks;
      const { speed } = this.#stretch;
      this.#tell({ turn: this.#turn, frame, clip, at: at + piece.from - from, length: piece.sound.length, speed });
      this.#told = -1;
    } else if (!piece && this.#told !== this.#fed) {
      this.#told = this.#fed;
      this.#tell({ turn: this.#turn, silent: this.#fed });
    }
    return piece && piece.sound;
  }
}

/** On the browser's thread for sound, nothing holds it up. */
if (globalThis.registerProcessor) {
  registerProcessor("tape", class extends AudioWorkletProcessor {
    #tape = new Tape(sampleRate, (message) => this.port.postMessage(message));

    constructor() {
      super();
      this.port.onmessage = ({ data }) => this.#tape.heed(data);
    }

    process(_, [[out]]) {
      this.#tape.fill(out, currentFrame);
      return true;
    }
  });
}
