// Listens at the border to the browser: what leaves for the loudspeaker, what is highlighted, what policy forbids.
(() => {
  const probe = { tape: [], fed: [], seen: [], frames: [], forbidden: [], contexts: 0, clicked: 0, first: 0, long: [] };
  window.probe = probe;
  const Plain = AudioContext;
  window.AudioContext = class extends Plain {
    constructor(options) {
      super(options);
      probe.contexts += 1;
      probe.context = this;
    }
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) listen(this);
    return connect.call(this, target, ...rest);
  };
  async function listen(node) {
    const { context } = node;
    if (!context.audioWorklet) return;
    await context.audioWorklet.addModule("/page/tap.js");
    const tap = new AudioWorkletNode(context, "tap", { numberOfOutputs: 0 });
    tap.port.onmessage = ({ data }) => {
      if (!probe.first) probe.first = performance.now() - probe.clicked;
      probe.tape.push(data);
    };
    connect.call(node, tap);
  }
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (message?.sound) probe.fed.push({ frame: probe.context.currentTime * probe.rate(), length: message.sound.length });
    return post.call(this, message, ...rest);
  };
  /** Was it handed over in time, each piece `spare` seconds before it was due? It is not on a machine that is too busy. */
  probe.inTime = (spare) => {
    let due = probe.tape[0].frame - spare * probe.rate();
    return probe.fed.every(({ frame, length }) => [frame <= due || due < probe.tape[0].frame, (due += length)][0]);
  };
  probe.rate = () => probe.context.sampleRate;
  /** Seconds of sound, silence within included. */
  probe.seconds = () => probe.tape.length && (probe.tape.at(-1).frame + 128 - probe.tape[0].frame) / probe.rate();
  probe.highlight = (name) => {
    const range = [...(CSS.highlights.get(name) || [])][0];
    return range ? range.toString() : "";
  };
  probe.word = () => probe.highlight("word");
  /** Lays what was heard beside the run's sound as a whole, silence left out of both: from which second of it to which one
   * it was heard, how many samples differ, the seconds at which it began, and by how much it came later and later. */
  probe.compare = async () => {
    const answer = await fetch(`/api/v1/runs/${new URLSearchParams(location.search).get("run")}/audio?format=wav`);
    const whole = loud([{ frame: 0, samples: (await probe.context.decodeAudioData(await answer.arrayBuffer())).getChannelData(0) }]);
    const heard = loud(probe.tape);
    const same = (one, two) => Math.abs(whole.samples[one] - heard.samples[two]) < 1e-4;
    const begin = heard.samples.slice(0, 4000); // eSpeak's consonants are recordings: some hundred samples may be the same elsewhere
    let from = 0;
    while (from < whole.length && !begin.every((_, i) => from + i < whole.length && same(from + i, i))) from++;
    if (from === whole.length) return null;
    const late = [];
    let wrong = 0;
    for (let i = 0; i < heard.length; i++) {
      if (from + i >= whole.length || !same(from + i, i)) wrong++;
      else {
        const after = (heard.frames[i] - whole.frames[from + i]) / probe.rate();
        if (after !== late.at(-1)) late.push(after);
      }
    }
    return { from: whole.frames[from] / probe.rate(), wrong, missing: whole.length - from - heard.length, begun: late[0],
             waits: late.slice(1).map((one, i) => one - late[i]) };
  };
  /** What is not silence, sample by sample, and where it was. */
  const loud = (parts) => {
    const most = parts.reduce((sum, { samples }) => sum + samples.length, 0);
    const [frames, samples] = [new Float64Array(most), new Float32Array(most)];
    let length = 0;
    for (const part of parts) {
      for (let i = 0; i < part.samples.length; i++) {
        if (part.samples[i]) [frames[length], samples[length++]] = [part.frame + i, part.samples[i]];
      }
    }
    return { frames, samples: samples.subarray(0, length), length };
  };
  /** What is being heard, on the clock of the sound. */
  const now = () => probe.context.currentTime - (probe.context.outputLatency || 0);
  const draw = () => {
    if (probe.context) probe.frames.push(now());
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  const mark = HighlightRegistry.prototype.set;
  HighlightRegistry.prototype.set = function (name, highlight) {
    const [range] = highlight;
    if (name === "word" && range && probe.context) {
      probe.seen.push({ word: range.toString(), at: now() });
    }
    return mark.call(this, name, highlight);
  };
  new PerformanceObserver((all) => probe.long.push(...all.getEntries().map((one) => one.duration))).observe({ type: "longtask" });
  addEventListener("securitypolicyviolation", (event) => probe.forbidden.push(`${event.violatedDirective} ${event.blockedURI}`));
  addEventListener("click", (event) => {
    if (event.target.id === "speak") [probe.clicked, probe.first] = [performance.now(), 0];
  }, true);
})();
