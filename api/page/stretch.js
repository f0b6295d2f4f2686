// Sound at any speed and the same pitch, while it comes: pieces that overlap, each taken where it fits the one before
// (WSOLA). At its own speed it is passed on as it is, to the sample.

const HOP = 0.015; // seconds of a piece
const SLACK = 0.008; // seconds by which a piece may be moved to fit
const STOCK = 0.2; // seconds of a growing clip to be there before it begins, or goes on after a wait

export class Stretch {
  speed = 1;
  more = false; // what is held ends in the middle: the rest is still on its way
  #held = new Float32Array(1 << 16);
  #low = 0; // number of the first sample held, of all ever fed
  end = 0; // the number of the sample that will be fed next
  #tail = 0; // where the sound would go on by itself
  #target = 0; // where it should go on at its speed
  #waiting = true;
  #broken = false; // it faded away in the middle, and comes back likewise
  #fading = null; // what the next piece grows out of

  constructor(rate) {
    this.hop = Math.round(HOP * rate);
    this.slack = Math.round(SLACK * rate);
    this.stock = Math.round(STOCK * rate);
    this.most = rate;
    this.fade = Float32Array.from({ length: this.hop }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / this.hop));
  }

  feed(samples) {
    const old = Math.max(0, Math.min(this.#tail, Math.floor(this.#target) - this.slack) - this.#low);
    const size = this.end - this.#low - old + samples.length;
    const held = size > this.#held.length ? new Float32Array(2 * size) : this.#held;
    held.set(this.#held.subarray(old, this.end - this.#low));
    this.#low += old;
    held.set(samples, this.end - this.#low);
    this.end += samples.length;
    this.#held = held;
  }

  /** Forget what has not sounded. What comes next grows out of it without a click. */
  cut() {
    if (!this.#waiting && this.#tail < this.end) this.#fading = this.#from(this.#tail, this.hop);
    this.#low = this.#tail = this.#target = this.end;
    [this.more, this.#waiting, this.#broken] = [false, true, false];
  }

  /** The next piece and the number of its first sample, which is -1 where it only fades away; null: none now. */
  next() {
    if (!this.#ready()) {
      const sound = this.#fading;
      this.#fading = null;
      return sound && { from: -1, sound: sound.map((one, i) => one * (1 - this.fade[i])) };
    }
    const piece = this.speed === 1 ? this.#plain() : this.#fitted();
    if (this.#fading) mix(piece.sound, this.#fading, this.fade);
    this.#fading = null;
    return piece;
  }

  #ready() {
    if (this.speed === 1) this.#target = this.#tail;
    const left = this.end - this.#target;
    const reach = this.slack + 2 * this.hop;
    const enough = this.more ? left >= (this.#waiting ? Math.max(this.stock * this.speed, reach) : reach) : left > 0.5;
    if (!enough && !this.#waiting && this.#tail < this.end) {
      [this.#fading, this.#broken] = [this.#from(this.#tail, this.hop), true];
      this.stock = Math.min(2 * this.stock, this.most); // it comes too unevenly
    }
    if (enough && this.#broken) [this.#fading, this.#broken] = [new Float32Array(this.hop), false];
    this.#waiting = !enough;
    return enough;
  }

  #plain() {
    const from = this.#tail;
    const sound = this.#from(from, Math.min(this.hop, this.end - from));
    this.#tail = this.#target = from + sound.length;
    return { from, sound };
  }

  #fitted() {
    const from = this.#fitting(Math.round(this.#target));
    const rest = Math.ceil((this.end - this.#target) / this.speed);
    const sound = this.#from(from, Math.min(this.hop, rest));
    mix(sound, this.#from(this.#tail, sound.length), this.fade);
    const last = rest <= this.hop;
    this.#tail = last ? this.end : Math.min(from + this.hop, this.end);
    this.#target = last ? this.end : this.#target + this.hop * this.speed;
    return { from, sound };
  }

  /** Near the target, where the sound is most like that at the tail; every second sample tells. */
  #fitting(target) {
    const low = Math.max(this.#low, target - this.slack);
    const high = Math.min(target + this.slack, this.end - this.hop);
    if (high <= low || this.#tail + this.hop > this.end) return target;
    const held = this.#held;
    const tail = this.#tail - this.#low;
    let [found, most] = [target, -Infinity];
    for (let from = low - this.#low; from <= high - this.#low; from++) {
      let alike = 0;
      let power = 1e-9;
      for (let i = 0; i < this.hop; i += 2) {
        const sample = held[from + i];
        alike += sample * held[tail + i];
        power += sample * sample;
      }
      const score = alike / Math.sqrt(power);
      if (score > most) [most, found] = [score, from + this.#low];
    }
    return found;
  }

  /** A copy, with silence beyond the end. */
  #from(start, length) {
    const copy = new Float32Array(length);
    copy.set(this.#held.subarray(start - this.#low, Math.min(start + length, this.end) - this.#low));
    return copy;
  }
}

function mix(sound, old, fade) {
  for (let i = 0; i < sound.length; i++) sound[i] = (old[i] || 0) + fade[i] * (sound[i] - (old[i] || 0));
}
