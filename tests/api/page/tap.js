// Hands out what passes, silence left out.
registerProcessor("tap", class extends AudioWorkletProcessor {
  // Counted here, for the browser's own count stands still while its other thread looks at the same nodes.
  #frame = currentFrame;

  process([[samples]]) {
    if (samples && samples.some((one) => one)) this.port.postMessage({ frame: this.#frame, samples: samples.slice() });
    this.#frame += 128;
    return true;
  }
});
