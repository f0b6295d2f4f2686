// Listens at the border to the browser: what is scheduled, what is highlighted, what policy forbids.
(() => {
  const probe = { starts: [], seen: [], forbidden: [], contexts: 0, clicked: 0, first: 0 };
  window.probe = probe;
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, offset = 0) {
    if (!probe.first) probe.first = performance.now() - probe.clicked;
    probe.starts.push({ frame: when * this.context.sampleRate, length: this.buffer.length, skip: offset * this.context.sampleRate });
    probe.context = this.context;
    return start.call(this, when, offset);
  };
  const Plain = AudioContext;
  window.AudioContext = class extends Plain {
    constructor(options) {
      super(options);
      probe.contexts += 1;
    }
  };
  probe.word = () => {
    const range = [...(CSS.highlights.get("word") || [])][0];
    return range ? range.toString() : "";
  };
  probe.rate = () => probe.context.sampleRate;
  const look = () => {
    requestAnimationFrame(look);
    const word = probe.word();
    if (word && probe.context && probe.seen.at(-1)?.word !== word) {
      probe.seen.push({ word, at: probe.context.currentTime - (probe.context.outputLatency || 0) });
    }
  };
  requestAnimationFrame(look);
  addEventListener("securitypolicyviolation", (event) => probe.forbidden.push(`${event.violatedDirective} ${event.blockedURI}`));
  addEventListener("click", (event) => {
    if (event.target.id === "speak") probe.clicked = performance.now();
  }, true);
})();
