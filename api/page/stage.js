// The run that is shown: begun, followed, left for another one.

import * as notes from "./notes.js";
import * as takeaway from "./takeaway.js";
import * as talk from "./talk.js";
import { choices, choose, leave, left } from "./memory.js";
import { Player } from "./player.js";
import { Reader } from "./reader.js";
import { Run } from "./run.js";
import { ask, begun, followed, json, refused, TERMINAL } from "./service.js";
import { $, put, short, shown } from "./words.js";

const BUSY = 6; // milliseconds of work on events before the browser may draw
const LOST = "The line to the service is lost. What has arrived plays on; the rest follows once it is back.";

export const player = new Player();
export const reader = new Reader($("text"));
export let run = null;
let going = new AbortController(); // ends when another run is shown
let reported = 0;

/** A new run, heard from its first sound. Throws Refusal; all is then as it was. */
export async function begin({ path, body }) {
  const engine = body.tts_provider || "";
  player.ready(choices.rates?.[engine]);
  const leaving = new AbortController();
  const { id, line } = await begun(path, body, leaving.signal);
  open(id, { engine, line, leaving });
}

/** Another run that says what this one left out, from where the listener is. */
export async function again() {
  try {
    const made = await json(`api/v1/runs/${run.id}/retry`, { method: "POST" });
    open(made.id, { position: player.position, playing: true });
  } catch (error) {
    notice(refused(error));
  }
}

export function open(id, given = {}) {
  history.pushState(null, "", `?run=${id}`);
  show(id, given);
}

/** The run that the address asks for. */
export const asked = () => new URLSearchParams(location.search).get("run")?.match(/^[\w-]{1,200}$/)?.[0];

export function route() {
  if (asked()) show(asked(), {});
  else fresh();
}

export const title = () => run.title || short(reader.source.text) || "A text";

/** `engine` and `line`: of a run that was just begun; else the listener goes on where he was. */
function show(id, { engine, line, leaving = new AbortController(), ...given }) {
  leaveRun();
  const { position = 0, playing = false } = { ...left(id), ...given };
  run = new Run(id, engine);
  going = leaving;
  if (engine === undefined) {
    player.seek(position);
    player.wanted = playing;
  } else player.wake();
  shown(false, "compose");
  shown(true, "run", "player", "new", "more");
  $("main").focus({ preventScroll: true });
  follow(line, going.signal);
}

async function follow(line, signal) {
  let since = performance.now();
  try {
    for await (const event of followed(run.id, { line, signal, there: (there) => notice(there ? "" : LOST) })) {
      if (signal.aborted) return;
      take(event);
      if (performance.now() - since > BUSY) {
        await new Promise((done) => setTimeout(done));
        since = performance.now();
      }
    }
  } catch (error) {
    notice(error.status === 404 ? "This run is not here: it was erased, or belongs to another key." : refused(error));
    shown(run.received, "player", "more");
  }
}

export function notice(text) {
  put("line", text);
  shown(text, "line");
}

function take(event) {
  const { type } = event;
  run.take(event);
  reader[type]?.(event);
  notes.note(event, reader.source, again);
  if (type === "start") started(event);
  else if (type === "audio" || type === "speaking") player.add(event);
  else if (type === "failed") player.broke(event.index);
  if (!TERMINAL.has(type)) return;
  player.end();
  takeaway.show(run, title(), reader.source.text);
}

function started({ language, session_id: session }) {
  player.prepare(run.rate);
  $("text").lang = language || "";
  if (run.asked !== undefined) choose("rates", { ...choices.rates, [run.asked]: run.rate });
  if (session) talk.show(session, run.id);
}

/** Where the listener is, for the next time. */
export function keep() {
  const { position, finished, wanted } = player;
  leave(run.id, { position: finished ? 0 : position, playing: !finished && wanted });
}

/** The same, and for a model, which knows what he heard. */
export function remember() {
  if (!run) return;
  keep();
  report().catch(() => {}); // the next one counts as well
}

/** Says how far this run was heard. Throws Refusal. */
export async function report() {
  const position = player.finished ? player.length : player.position;
  if (!run || position <= reported + 0.1) return;
  reported = position;
  try {
    await ask(`api/v1/runs/${run.id}/heard`, { body: { played_ms: Math.round(1000 * position) }, keepalive: true });
  } catch (error) {
    if (error.status === 404) return; // it was erased
    reported = 0; // to be said again
    throw error;
  }
}

function leaveRun() {
  remember();
  going.abort();
  player.clear();
  reader.clear();
  notes.clear();
  talk.hide();
  notice("");
  [run, reported] = [null, 0];
}

function fresh() {
  leaveRun();
  player.pause();
  shown(false, "run", "player", "new", "follow");
  shown(true, "compose");
  document.title = "aloud";
  $("some").focus(); // only one of them is there
  $("words").focus();
  $("words").select();
}

export function anew() {
  history.pushState(null, "", ".");
  fresh();
}

/** Neither the model nor the voice goes on. */
export async function stop() {
  player.pause();
  if (!run?.going) return;
  const { id } = run;
  await report().catch(() => {}); // stopped it is all the same
  try {
    await ask(`api/v1/runs/${id}/cancel`, { method: "POST" });
  } catch (error) {
    notice(refused(error));
  }
}
