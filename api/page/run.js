// What is known of a run: its facts, put together from its events.

import { TERMINAL } from "./service.js";

export class Run {
  received = 0; // characters, as all that follows
  spoken = 0;
  skipped = 0;
  failed = 0;
  seconds = 0; // of sound
  going = true;
  engine = "";
  provider = "";
  model = "";
  rate = 22_050;
  signature = ""; // what makes its addresses good without a key

  /** `asked`: the voice that was, where we began it. */
  constructor(id, asked) {
    Object.assign(this, { id, asked });
  }

  take(event) {
    const { type, start, end } = event;
    if (type === "start") {
      [this.title, this.provider, this.model, this.rate] = [event.title, event.provider, event.model, event.audio.sample_rate];
      this.signature = event.events?.split("?")[1] || "";
    } else if (type === "chunk") this.received = end;
    else if (type === "skipped") this.skipped += end - start;
    else if (type === "failed") this.failed += end - start;
    else if (type === "audio") {
      this.spoken += end - start;
      this.seconds = event.begins + event.seconds;
      this.engine = event.engine;
    } else if (type === "pause") this.seconds += event.seconds;
    if (TERMINAL.has(type)) this.going = false;
  }

  /** Seconds of sound that the text received so far will make, about. */
  get estimate() {
    if (!this.spoken || !this.going) return this.seconds;
    return (this.seconds / this.spoken) * Math.max(this.spoken, this.received - this.skipped - this.failed);
  }

  address(what) {
    return `api/v1/runs/${this.id}/${what}${this.signature && (what.includes("?") ? "&" : "?") + this.signature}`;
  }
}
