// What is seen and said of the run, looked after for each frame.

import * as chapters from "./chapters.js";
import * as controls from "./controls.js";
import * as session from "./session.js";
import { word } from "./place.js";
import { notice, player, reader, remember, run, title } from "./stage.js";
import { $, clock, listed, number, put, say, shown } from "./words.js";

const STATES = { playing: "Playing.", waiting: "Waiting for the voice.", done: "Finished.", blocked: "Press play to go on.", missing: "There is no sound from here on.", paused: "Paused." };
const SEEN = 100; // milliseconds; nobody reads faster
const BRIEF = 300; // milliseconds; what is over by then is not told

let said = null; // the sentence that was told last
let state = "";
let called = "";
let seen = 0;

export function draw() {
  requestAnimationFrame(draw);
  look();
}

export function look() {
  if (!run) {
    if (state) session.show("aloud");
    state = called = "";
    return;
  }
  const now = performance.now();
  player.tick();
  const { position } = player;
  const clip = player.clip(position);
  const heard = clip && word(clip, position);
  if (clip) reader.show(clip.index, position || player.state === "playing" ? heard : undefined);
  announce(heard && reader.at(heard.start));
  if (player.state !== state || title() !== called) moved(player.state);
  else if (now - seen < SEEN) return;
  seen = now;
  controls.show(run, position);
  chapters.show();
  sums();
  shown(!reader.follow && state === "playing", "follow");
}

function sums() {
  const { going, received, spoken, skipped, failed, engine, provider, model } = run;
  put("sums", listed(`${number(received)} characters ${going ? "so far" : "in all"}`, going ? `${Math.floor((100 * spoken) / (received || 1))} % spoken` : `${clock(run.seconds)} of sound`));
  put("facts", listed(
    skipped && `${number(skipped)} left out on purpose`, failed && `${number(failed)} failed`,
    engine && `spoken by ${engine}`, !["", "text"].includes(provider) && `written by ${provider} ${model}`,
  ));
  $("takeaway").parentNode.hidden = going;
}

/** For screen readers and Braille: whole sentences, once each. */
function announce(sentence) {
  const whole = sentence && reader.beginning(sentence);
  if (!whole || whole === said || !player.wanted) return;
  said = whole;
  const mode = $("announce").value;
  if (mode !== "always" && (mode !== "muted" || Number($("volume").value))) return;
  $("sentence").lang = whole.element.lang || $("text").lang;
  $("sentence").textContent = reader.words(sentence);
}

function moved(now) {
  if ([state, now].includes("missing")) notice(player.missing && `${STATES.missing} ${player.missing} Play tries again.`);
  state = now;
  called = title();
  document.title = `${called} – aloud`;
  session.show(called);
  if (now !== "paused" || player.position) setTimeout(() => now === state && say(STATES[now]), BRIEF);
  if (now === "done" || now === "paused") remember();
}
