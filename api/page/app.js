// The page: puts what is told, shown and heard together.

import * as composer from "./composer.js";
import * as controls from "./controls.js";
import * as history from "./history.js";
import * as notes from "./notes.js";
import * as session from "./session.js";
import * as takeaway from "./takeaway.js";
import * as talk from "./talk.js";
import { choices, choose, kept, leave, left } from "./memory.js";
import { Player } from "./player.js";
import { Reader } from "./reader.js";
import { Run } from "./run.js";
import { ask, events, json, key, Refusal, TERMINAL } from "./service.js";
import { first } from "./source.js";
import { $, clock, number, say, short, shown } from "./words.js";

const BUSY = 6; // milliseconds of work on events before the browser may draw
const REPORTED = 15; // seconds between reports of what was heard
const SILENT = { index: -1, words: [] }; // a sound that says nothing

const player = new Player();
const reader = new Reader($("text"));
let run = null;
let going = new AbortController(); // ends the reading of events when another run is shown
let reported = 0;

// ---- runs -----------------------------------------------------------------------------------------------------------

/** A new run of what the form holds. */
async function begin(what, title) {
  $("speak").disabled = true;
  const manner = composer.manner();
  if (what.prompt) what = { messages: talk.begin(what.prompt) };
  try {
    await speak({ ...what, ...manner }, title);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    composer.refuse(error.message);
  } finally {
    $("speak").disabled = false;
  }
}

async function speak(body, title) {
  player.ready(choices.rates?.[body.tts_provider || ""]);
  const random = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const made = await json("/api/v1/runs", { method: "POST", body, headers: { "Idempotency-Key": random } });
  leave(made.id, { title });
  if (body.messages) talk.keep(made.id);
  leaveRun();
  player.wake();
  address(made.id);
  show(made.id, { asked: body });
}

/** The next thing said in a conversation. The model learns what was heard of its answer, not what it wrote. */
async function reply() {
  const question = $("answer").value.trim();
  if (!question || !run) return;
  $("send").disabled = true;
  $("answer-error").textContent = "";
  const before = talk.turns;
  try {
    const whole = player.finished;
    const played = { played_ms: Math.round(1000 * player.position) };
    player.ready();
    const { text } = whole ? reader.source : await json(`/api/v1/runs/${run.id}/heard`, { method: "POST", body: played });
    if (run.going) await ask(`/api/v1/runs/${run.id}`, { method: "DELETE" });
    await speak({ messages: talk.go(text, question), ...composer.manner() }, short(question));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    talk.restore(before);
    $("answer-error").textContent = error.message;
  } finally {
    $("send").disabled = false;
  }
}

function address(id) {
  window.history.pushState(null, "", id ? `/?run=${id}` : "/");
}

/** Shows a run from its beginning, and goes on where it was left. */
function show(id, { asked = null, from = left(id)?.position ?? 0, play = left(id)?.playing } = {}) {
  run = new Run(id);
  going = new AbortController();
  if (!asked) {
    player.seek(from);
    player.wanted = Boolean(play);
  }
  shown($("compose"), false);
  for (const name of ["run", "player", "new"]) shown($(name), true);
  talk.show(id);
  if (talk.turns.length > 1) $("answer").focus();
  else $("main").focus({ preventScroll: true });
  document.title = `${title()} \u2013 aloud`;
  follow(run, going.signal, asked);
}

const title = () => left(run?.id)?.title || "A text";

async function follow(shownRun, signal, asked) {
  let since = performance.now();
  try {
    for await (const event of events(shownRun.id, 0, signal, line)) {
      if (signal.aborted) return;
      take(event, asked);
      if (performance.now() - since > BUSY) {
        await new Promise((done) => setTimeout(done));
        since = performance.now();
      }
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    line(true);
    absent(error.status === 404 ? "This run is not here: it was erased, or belongs to another key." : error.message);
  }
}

function absent(message) {
  $("line").textContent = message;
  shown($("line"), true);
  shown($("player"), player.length > 0);
}

function line(there) {
  $("line").textContent = there ? "" : "The line to the service is lost. What has arrived plays on; it goes on by itself once the service is back.";
  shown($("line"), !there);
}

function take(event, asked) {
  run.take(event);
  if (event.type === "start") player.prepare(run.rate);
  if (event.type === "start" && asked) choose("rates", { ...choices.rates, [asked.tts_provider || ""]: run.rate });
  else if (event.type === "chunk") reader.append(event.content);
  else if (event.type === "passage") reader.passage(event);
  else if (event.type === "skipped") reader.skipped(event);
  else if (event.type === "failed") reader.failed(event);
  else if (event.type === "audio") player.add(event);
  else if (event.type === "sound") {
    const place = player.clips.at(-1)?.end ?? 0;
    player.add({ ...event, ...SILENT, begins: run.seconds - event.seconds, start: place, end: place });
  }
  const words = event.type === "failed" ? reader.source.slice(event.start, event.end) : "";
  notes.note(event, words, again);
  if (!TERMINAL.has(event.type)) return;
  player.end();
  takeaway.show(run, title(), reader.source.text);
}

async function again() {
  try {
    const made = await json(`/api/v1/runs/${run.id}/retry`, { method: "POST" });
    const from = player.position;
    leave(made.id, { title: title() });
    if (talk.turns.length) talk.keep(made.id);
    leaveRun();
    player.prepare();
    address(made.id);
    show(made.id, { from, play: true });
  } catch (error) {
    absent(error.message);
  }
}

function leaveRun() {
  remember();
  going.abort();
  player.clear();
  reader.clear();
  notes.clear();
  shown($("line"), false);
  [run, reported] = [null, 0];
}

function fresh() {
  leaveRun();
  player.pause();
  for (const name of ["run", "player", "new", "follow"]) shown($(name), false);
  shown($("compose"), true);
  document.title = "aloud";
  $("words").focus();
  $("words").select();
}

async function stop() {
  const stopped = run;
  if (!stopped?.going) return;
  player.pause();
  try {
    await ask(`/api/v1/runs/${stopped.id}`, { method: "DELETE" });
  } catch (error) {
    absent(error.message);
  }
}

// ---- the place ------------------------------------------------------------------------------------------------------

function remember() {
  if (!run) return;
  const position = player.position;
  const done = player.finished;
  leave(run.id, { position: done ? 0 : position, playing: !done && player.wanted });
  if (position > reported + 0.1) report(position);
}

function report(position) {
  reported = position;
  const body = { played_ms: Math.round(1000 * position) };
  ask(`/api/v1/runs/${run.id}/heard`, { method: "POST", body, keepalive: true }).catch(() => {}); // the next one counts as well
}

/** Where in the sound a place in the text is. */
function heardAt(point) {
  const clip = player.clips[first(player.clips, (one) => one.end > point)];
  if (!clip) return null;
  const word = clip.words.find((one) => one.end > point);
  return clip.begins + (clip.start >= point || !word ? 0 : Math.max(0, word.at - 0.02));
}

function jump(sentence) {
  const to = sentence && heardAt(reader.beginning(sentence).start);
  if (to === null || to === undefined) return say("This is not spoken yet.");
  reader.follow = true;
  player.seek(to);
  player.play();
}

function current() {
  const clip = player.clip();
  return clip && (reader.at(word(clip, player.position)?.start ?? clip.start) || reader.sentences[0]);
}

function word(clip, position) {
  const number = first(clip.words, (one) => one.at > position - clip.begins + 0.001);
  return clip.words[number - 1];
}

function skip(step) {
  const here = current();
  if (!here) return;
  const begun = heardAt(reader.beginning(here).start) ?? 0;
  const late = player.position - begun > 1.5;
  jump(step < 0 && late ? here : reader.beside(here, step));
}

function toggle() {
  if (!run) return;
  player.prepare(run.rate);
  if (player.sounding) player.pause();
  else player.play();
  remember();
}

// ---- what is seen ---------------------------------------------------------------------------------------------------

let said = null;
let state = "";

function draw() {
  requestAnimationFrame(draw);
  if (!run) return;
  player.tick();
  const position = player.position;
  const clip = player.clip(position);
  const now = clip && word(clip, position);
  if (clip) reader.show(clip.index, position || player.wanted ? now : undefined);
  controls.show(player, run, position);
  sums(clip, now);
  shown($("follow"), !reader.follow && player.state === "playing");
  announce(now && reader.at(now.start));
  if (player.state !== state) moved(player.state);
}

function sums(clip, now) {
  const share = (part) => (run.received ? `${Math.floor((100 * part) / run.received)} %` : "\u2013");
  const heard = now ? now.end : clip ? clip.start : 0;
  const text = `${number(run.received)} characters ${run.going ? "so far" : "in all"}`;
  put("received", text);
  put("spoken", [share(run.spoken), run.skipped && `${number(run.skipped)} left out on purpose`, run.failed && `${number(run.failed)} failed`].filter(Boolean).join(", "));
  put("unsaid", [...run.unsaid].map(([reason, length]) => `${reason} ${number(length)}`).join(", ") || "\u2013");
  put("heard", share(player.finished ? run.received : heard));
  put("who", [run.engine, run.provider !== "text" && [run.provider, run.model].filter(Boolean).join(" ")].filter(Boolean).join("; text from "));
  for (const id of ["takeaway", "takeaway-title"]) shown($(id), !run.going);
  put("sums", run.going ? `${text}, ${share(run.spoken)} spoken` : `${text}, ${clock(run.seconds)} of sound`);
}

function put(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function announce(sentence) {
  const whole = sentence && reader.beginning(sentence);
  if (!whole || whole === said || !player.wanted) return;
  said = whole;
  const mode = $("announce").value;
  if (mode === "always" || (mode === "muted" && !player.volume)) $("sentence").textContent = reader.words(sentence);
}

function moved(now) {
  state = now;
  session.show(player, title());
  const texts = { playing: "Playing.", waiting: "Waiting for the voice.", done: "Finished.", blocked: "Press play to go on." };
  if (now === "paused" ? player.position : true) say(texts[now] || "Paused.");
  if (now === "done" || now === "paused") remember();
}

// ---- the first time -------------------------------------------------------------------------------------------------

function installText() {
  const text = $("text");
  const reach = (sentence) => {
    for (const old of text.querySelectorAll("[tabindex]")) {
      old.removeAttribute("tabindex");
      old.removeAttribute("role");
    }
    if (!sentence) return;
    sentence.element.tabIndex = 0;
    sentence.element.setAttribute("role", "button");
    sentence.element.focus({ preventScroll: true });
    sentence.element.scrollIntoView({ block: "nearest" });
  };
  text.tabIndex = 0;
  text.addEventListener("click", (event) => {
    const sentence = event.target.closest(".sentence")?.sentence;
    if (sentence && getSelection().isCollapsed) jump(sentence);
  });
  text.addEventListener("keydown", (event) => {
    const here = document.activeElement.sentence;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      reader.follow = false;
      reach(here ? reader.beside(here, event.key === "ArrowDown" ? 1 : -1) : current() || reader.sentences[0]);
    } else if (here && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      jump(here);
    }
  });
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => { reader.follow = false; }, { passive: true });
  addEventListener("keydown", (event) => {
    if (/^(Page|Home|End)/.test(event.key)) reader.follow = false;
  });
  $("follow").addEventListener("click", () => { reader.follow = true; $("play").focus(); });
}

function installDialogs() {
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", () => $(opener.dataset.opens).showModal());
  }
  for (const closer of document.querySelectorAll("[data-closes]")) {
    closer.addEventListener("click", () => closer.closest("dialog").close());
  }
  new MutationObserver(() => {
    if ($("history").open) history.list(open, (id) => id === run?.id && (address(null), fresh()));
  }).observe($("history"), { attributeFilter: ["open"] });
  kept($("announce"), "announce");
  kept($("letters"), "letters");
  kept($("size"), "size", (size) => document.documentElement.style.setProperty("--size", `${size}rem`));
  $("key").value = key.get();
  $("key").addEventListener("change", () => {
    key.set($("key").value.trim());
    prepare();
  });
}

function open(id) {
  leaveRun();
  player.prepare();
  address(id);
  show(id);
}

function prepare() {
  composer.fill().catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    if (!run) $("words-error").textContent = error.message;
  });
}

function route() {
  const id = new URLSearchParams(location.search).get("run");
  if (id && /^[\w-]{1,200}$/.test(id)) {
    leaveRun();
    show(id);
  } else fresh();
}

const leaveForNew = () => {
  address(null);
  fresh();
};

composer.install(begin);
controls.install(player, {
  play: toggle, back: () => skip(-1), forward: () => skip(1), stop, fresh: leaveForNew,
  escape: () => (run?.going ? stop() : player.pause()),
});
session.install(player, { pause: () => player.pause(), back: () => skip(-1), forward: () => skip(1) });
installText();
installDialogs();
$("reply").addEventListener("submit", (event) => {
  event.preventDefault();
  reply();
});
$("answer").addEventListener("input", () => player.sounding && player.pause());
$("answer").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    reply();
  }
});
for (const kind of ["input", "keydown", "pointerdown"]) {
  // The first context takes long to make; later none has to be made.
  addEventListener(kind, () => player.prepare(choices.rates?.[$("engine").value]), { once: true });
}
$("new").addEventListener("click", leaveForNew);
addEventListener("popstate", route);
addEventListener("pagehide", remember);
document.addEventListener("visibilitychange", () => document.hidden && remember());
setInterval(() => {
  if (run) player.tick(); // frames rest in a hidden tab, the sound must not
}, 250);
setInterval(() => {
  if (run && player.state === "playing") leave(run.id, { position: player.position, playing: true });
}, 1000);
setInterval(() => {
  if (run && player.state === "playing" && player.position > reported) report(player.position);
}, 1000 * REPORTED);
route();
prepare();
draw();
