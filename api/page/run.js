// What is known of a run: its facts, put together from its events.

import { TERMINAL } from "./service.js";

export class Run {
  received = 0; // characters, as all that follows
  spoken = 0;
  skipped = 0;
  failed = 0;
  unsaid = new Map(); // reason -> characters left out inside passages
  seconds = 0; // of sound
  status = "running";
  engine = "";
  provider = "";
  model = "";
  rate = 22_050;
  signature = ""; // what makes its addresses good without a key

  constructor(id, title) {
    Object.assign(this, { id, title });
  }

  take(event) {
    const length = event.end - event.start;
    if (event.type === "start") {
      [this.provider, this.model, this.rate] = [event.provider, event.model, event.audio.sample_rate];
      this.signature = event.events?.split("?")[1] || "";
    } else if (event.type === "chunk") this.received = event.end;
    else if (event.type === "skipped") this.skipped += length;
    else if (event.type === "passage") {
      for (const { reason, start, end } of event.omitted) this.unsaid.set(reason, (this.unsaid.get(reason) || 0) + end - start);
    } else if (event.type === "failed") this.failed += length;
    else if (event.type === "audio") {
      this.spoken += length;
      this.seconds = event.begins + event.seconds;
      this.engine = event.engine;
    } else if (event.type === "pause") this.seconds += event.seconds;
    if (TERMINAL.has(event.type)) this.status = event.status || event.type;
  }

  get going() {
    return this.status === "running";
  }

  /** Seconds of sound that the text received so far will make, about. */
  get estimate() {
    if (!this.spoken || !this.going) return this.seconds;
    return (this.seconds / this.spoken) * Math.max(this.spoken, this.received - this.skipped - this.failed);
  }

  address(what) {
    return `/api/v1/runs/${this.id}/${what}${this.signature && (what.includes("?") ? "&" : "?") + this.signature}`;
  }
}
