// The service as the page speaks to it: requests, refusals in plain words, a run's events as they come.

export const TERMINAL = new Set(["complete", "error", "cancelled"]);
const SOON = 200; // milliseconds before the line is tried again, doubling up to LATE
const LATE = 3000;
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
    const { error } = await response.json();
    const fields = (error.details?.errors || []).map((one) => `${one.field || one.loc || ""} ${one.message || one.msg || ""}`);
    return [error.message, ...fields].join(" ").trim();
  } catch {
    return `The service answered ${response.status}.`;
  }
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

/** Waits; less when the network comes back. */
export function pause(milliseconds, signal) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal?.removeEventListener("abort", end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal?.addEventListener("abort", end);
  });
}
