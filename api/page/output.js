// The way from samples to the loudspeaker.

import { Tape } from "./tape.js";

const BLOCK = 2048; // frames

/** A node, and how to speak to its tape. Browsers give worklets to secure addresses only; elsewhere our own thread must do. */
export async function output(context, told) {
  if (!context.audioWorklet) return plain(context, told);
  await context.audioWorklet.addModule("/page/tape.js");
  const node = new AudioWorkletNode(context, "tape", { numberOfInputs: 0, outputChannelCount: [1] });
  node.port.onmessage = ({ data }) => told(data);
  return { node, post: (message) => node.port.postMessage(message) };
}

function plain(context, told) {
  const node = context.createScriptProcessor(BLOCK, 1, 1);
  const tape = new Tape(context.sampleRate, told);
  node.onaudioprocess = ({ outputBuffer, playbackTime }) => {
    tape.fill(outputBuffer.getChannelData(0), Math.round(playbackTime * context.sampleRate));
  };
  return { node, post: (message) => tape.heed(message) };
}
