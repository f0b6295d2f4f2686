// The service as the page speaks to it: requests, refusals in plain words, a run's events as they come.

export const TERMINAL = new Set(["complete", "error", "cancelled"]);
export const RUNS = "/api/v1/runs";
const SOON = 200; // milliseconds before the line is tried again, doubling up to LATE
const LATE = 2000;
const SILENCE = 40_000; // milliseconds without a byte, pings included, after which the line counts as dead

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Would the same request do later? */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export const key = {
  get: () => sessionStorage.getItem("aloud.key") || "",
  set: (value) => (value ? sessionStorage.setItem("aloud.key", value) : sessionStorage.removeItem("aloud.key")),
};

/** An answer that is a success. Throws Refusal, whose message can be shown. */
export async function ask(path, { method = "GET", body, headers = {}, signal, keepalive = false } = {}) {
  const all = new Headers(headers);
  if (key.get()) all.set("Authorization", `Bearer ${key.get()}`);
  const file = body instanceof FormData;
  if (body !== undefined && !file) all.set("Content-Type", "application/json");
  let response;
  try {
    response = await fetch(path, {
      method, headers: all, signal, keepalive, body: file || body === undefined ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, "The service cannot be reached. Is it running, and are you connected?");
  }
  if (response.ok) return response;
  throw new Refusal(response.status, await reason(response));
}

export const json = async (path, options) => (await ask(path, options)).json();

async function reason(response) {
  if (response.status === 401) return "The service wants a key. Enter it in the settings.";
  try {
    return (await response.json()).error.message;
  } catch {
    return `The service answered ${response.status}.`;
  }
}

/** Begins a run, whose number it gives. It goes on whoever listens. */
export async function begun(path, body) {
  const left = new AbortController();
  const answer = await ask(path, { method: "POST", body: { ...body, on_disconnect: "continue" }, signal: left.signal });
  if (path === RUNS) return (await answer.json()).id;
  const { value } = await parsed(answer.body, left).next(); // its events are read elsewhere, over lines that may break
  left.abort();
  if (!value) throw new Refusal(0, "The service broke off before it began.");
  return value.run;
}

/** The events of a run above `after`, over lines that break, until the terminal one.
 * `line` is told whether the service is there. */
export async function* events(run, after, signal, line) {
  let wait = SOON;
  while (!signal.aborted) {
    const dead = new AbortController();
    const either = AbortSignal.any([signal, dead.signal]);
    try {
      const answer = await ask(`/api/v1/runs/${run}/events`, { headers: { "Last-Event-ID": String(after) }, signal: either });
      if (answer.status === 204) return;
      line(true);
      for await (const event of parsed(answer.body, dead)) {
        after = event.seq;
        wait = SOON;
        yield event;
        if (TERMINAL.has(event.type)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refusal && !error.passing) throw error;
    }
    line(false);
    await pause(wait, signal);
    wait = Math.min(2 * wait, LATE);
  }
}

async function* parsed(body, dead) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const timer = setTimeout(() => dead.abort(), SILENCE);
      const { value, done } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").find((one) => one.startsWith("data: "));
        if (data) yield JSON.parse(data.slice(6));
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be broken already, which is why we leave
  }
}

/** Waits, unless it is given up. */
export function pause(milliseconds, signal) {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
