// The run that is shown: begun, followed, left for another one.

import * as notes from "./notes.js";
import * as takeaway from "./takeaway.js";
import * as talk from "./talk.js";
import { choices, choose, leave, left } from "./memory.js";
import { Player } from "./player.js";
import { Reader } from "./reader.js";
import { Run } from "./run.js";
import { ask, begun, followed, json, refused, TERMINAL } from "./service.js";
import { $, short, shown } from "./words.js";

const BUSY = 6; // milliseconds of work on events before the browser may draw
const LOST = "The line to the service is lost. What has arrived plays on; the rest follows once it is back.";

export const player = new Player();
export const reader = new Reader($("text"));
export let run = null;
let going = new AbortController(); // ends when another run is shown
let reported = 0;

// ---- begun

/** A new run, heard from its first sound. Throws Refusal; all is then as it was. */
export async function begin({ path, body, title }) {
  const engine = body.tts_provider || "";
  player.ready(choices.rates?.[engine]);
  const leaving = new AbortController();
  const { id, line } = await begun(path, body, leaving.signal);
  address(id);
  show(id, { engine, title, line, leaving });
}

/** Another run that says what this one left out, from where the listener is. */
export async function again() {
  try {
    const made = await json(`/api/v1/runs/${run.id}/retry`, { method: "POST" });
    const given = { from: player.position, play: true, title: title() };
    address(made.id);
    show(made.id, given);
  } catch (error) {
    notice(refused(error));
  }
}

/** One that was begun before. */
export function open(id) {
  address(id);
  show(id);
}

/** What the address asks for. */
export function route() {
  const id = new URLSearchParams(location.search).get("run");
  if (!/^[\w-]{1,200}$/.test(id || "")) return fresh();
  show(id);
}

function address(id) {
  history.pushState(null, "", id ? `/?run=${id}` : "/");
}

export const title = () => run.title || short(reader.source.text) || "A text";

/** `engine` and `line`: of a run that was just begun; else the listener goes on where he was. */
function show(id, { engine, title = "", line, leaving = new AbortController(), from = left(id)?.position ?? 0, play = left(id)?.playing } = {}) {
  leaveRun();
  run = new Run(id, title);
  going = leaving;
  if (engine === undefined) {
    player.seek(from);
    player.wanted = Boolean(play);
  } else player.wake();
  shown(false, "compose");
  shown(true, "run", "player", "new", "more");
  $("main").focus({ preventScroll: true });
  follow({ line, signal: going.signal }, engine);
}

// ---- followed

async function follow({ line, signal }, engine) {
  let since = performance.now();
  try {
    for await (const event of followed(run.id, { line, signal, there: (there) => notice(there ? "" : LOST) })) {
      if (signal.aborted) return;
      take(event, engine);
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
  $("line").textContent = text;
  shown(text, "line");
}

function take(event, engine) {
  run.take(event);
  if (event.type === "start") started(event, engine);
  else if (event.type === "chunk") reader.append(event.content);
  else if (event.type === "passage") reader.passage(event);
  else if (event.type === "cue") reader.cue(event);
  else if (event.type === "skipped") reader.skipped(event);
  else if (event.type === "failed") [reader.failed(event), player.broke(event.index)];
  else if (event.type === "audio" || event.type === "speaking") player.add(event);
  notes.note(event, reader.source, again);
  if (!TERMINAL.has(event.type)) return;
  player.end();
  takeaway.show(run, title(), reader.source.text);
}

function started(event, engine) {
  player.prepare(run.rate);
  $("text").lang = event.language || "";
  if (engine !== undefined) choose("rates", { ...choices.rates, [engine]: run.rate });
  if (event.session_id) talk.show(event.session_id, run.id);
}

// ---- left

/** Where the listener is: for the next time, and for a model, which knows what he heard. */
export function remember() {
  if (!run) return;
  const { position, finished } = player;
  leave(run.id, { position: finished ? 0 : position, playing: !finished && player.wanted });
  report().catch(() => {}); // the next one counts as well
}

/** Says how far this run was heard. Throws Refusal. */
export async function report() {
  const position = player.finished ? player.length : player.position;
  if (!run || position <= reported + 0.1) return;
  reported = position;
  await ask(`/api/v1/runs/${run.id}/heard`, { method: "POST", body: { played_ms: Math.round(1000 * position) }, keepalive: true });
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

/** The form again. */
function fresh() {
  leaveRun();
  player.pause();
  shown(false, "run", "player", "new", "follow");
  shown(true, "compose");
  document.title = "aloud";
  $("words").focus();
  $("words").select();
}

export function anew() {
  address(null);
  fresh();
}

/** Neither the model nor the voice goes on. */
export async function stop() {
  player.pause();
  if (!run?.going) return;
  const { id } = run;
  try {
    await report();
    await ask(`/api/v1/runs/${id}/cancel`, { method: "POST" });
  } catch (error) {
    notice(refused(error));
  }
}
