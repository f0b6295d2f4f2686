// How the page speaks to the service: requests, refusals in plain words, a run's events as they come.

import { stored } from "./memory.js";

export const TERMINAL = new Set(["complete", "error", "cancelled"]);
const SOON = 200; // milliseconds before the line is tried again, doubling up to LATE
const LATE = 2000;
const SILENCE = 40_000; // milliseconds without even a ping: the line is dead

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Would the same request do later? */
  get passing() {
    return [0, 408, 429].includes(this.status) || this.status >= 500;
  }
}

/** What to say of what was refused; whatever else went wrong is thrown on. */
export function refused(error) {
  if (error instanceof Refusal) return error.message;
  throw error;
}

export let key = stored(() => sessionStorage.getItem("aloud.key")) || "";

export function unlock(given) {
  key = given;
  stored(() => sessionStorage.setItem("aloud.key", key));
}

/** An answer that is a success; what has a body is posted. Throws Refusal, whose message can be shown. */
export async function ask(path, { body, headers, ...how } = {}) {
  const all = new Headers(headers);
  if (key) all.set("Authorization", `Bearer ${key.replace(/[^ -~]/g, "?")}`); // a header takes no others
  if (body) how.method = "POST";
  if (body && !(body instanceof FormData)) {
    all.set("Content-Type", "application/json");
    body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, { ...how, headers: all, body });
  } catch (error) {
    if (how.signal?.aborted) throw error;
    throw new Refusal(0, "The service cannot be reached. Is it running, and are you connected?");
  }
  if (response.ok) return response;
  throw new Refusal(response.status, await reason(response));
}

export const json = async (path, options) => (await ask(path, options)).json();

async function reason(response) {
  if (response.status === 401) return key ? "The service does not know the key in the settings." : "The service wants a key. Enter it in the settings.";
  try {
    return (await response.json()).error.message;
  } catch {
    return `The service answered ${response.status}.`;
  }
}

/** Begins a run, which goes on whoever listens: its number, and the line of its events. Throws Refusal. */
export async function begun(path, body, signal) {
  const answer = await ask(path, { body: { ...body, on_disconnect: "continue" }, signal });
  return { id: answer.headers.get("X-Run-Id"), line: events(answer) };
}

/** The events of a run, over lines that break, until the terminal one; `line`: the first, if it is there.
 * `there` is told whether the service is. */
export async function* followed(run, { line, signal, there }) {
  let after = 0;
  let wait = SOON;
  while (!signal.aborted) {
    try {
      line ??= events(await ask(`api/v1/runs/${run}/events`, { headers: { "Last-Event-ID": String(after) }, signal }));
      there(true);
      for await (const event of line) {
        [after, wait] = [event.seq, SOON];
        yield event;
        if (TERMINAL.has(event.type)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refusal && !error.passing) throw error;
    }
    there(false);
    await pause(wait, signal);
    [line, wait] = [null, Math.min(2 * wait, LATE)];
  }
}

async function* events(answer) {
  let rest = "";
  for await (const text of chunks(answer.body.pipeThrough(new TextDecoderStream()))) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").find((one) => one.startsWith("data: "));
      if (data) yield JSON.parse(data.slice(6));
    }
  }
}

/** What comes, until it ends or breaks; nothing for long is a break, too. */
export async function* chunks(body) {
  const reader = body.getReader();
  try {
    for (;;) {
      let timer = 0;
      const silence = new Promise((_, broken) => {
        timer = setTimeout(() => broken(new Refusal(0, "The service says nothing any more.")), SILENCE);
      });
      const { value, done } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be broken already
  }
}

export function pause(milliseconds, signal) {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
