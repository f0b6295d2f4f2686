// What is seen and said of the run, looked after for each frame.

import * as controls from "./controls.js";
import * as session from "./session.js";
import { word } from "./place.js";
import { notice, player, reader, remember, run, title } from "./stage.js";
import { $, clock, listed, number, put, say, shown } from "./words.js";

const STATES = { playing: "Playing.", waiting: "Waiting for the voice.", done: "Finished.", blocked: "Press play to go on.", missing: "There is no sound from here on.", paused: "Paused." };
const SEEN = 100; // milliseconds; nobody reads faster

let said = null; // the sentence that was told last
let state = "";
let seen = 0;

export function draw() {
  requestAnimationFrame(draw);
  look();
}

export function look() {
  if (!run) return;
  const now = performance.now();
  player.tick();
  const { position } = player;
  const clip = player.clip(position);
  const heard = clip && word(clip, position);
  if (clip) reader.show(clip.index, position || player.state === "playing" ? heard : undefined);
  announce(heard && reader.at(heard.start));
  if (player.state !== state) moved(player.state);
  else if (now - seen < SEEN) return;
  seen = now;
  controls.show(run, position);
  sums(clip, heard);
  shown(!reader.follow && player.state === "playing", "follow");
}

function sums(clip, word) {
  const share = (part) => (run.received ? `${Math.floor((100 * part) / run.received)} %` : "\u2013");
  const heard = word ? word.end : clip ? clip.start : 0;
  const text = `${number(run.received)} characters ${run.going ? "so far" : "in all"}`;
  const wrote = run.provider !== "text" && [run.provider, run.model].filter(Boolean).join(" ");
  put("spoken", listed(share(run.spoken), run.skipped && `${number(run.skipped)} left out on purpose`, run.failed && `${number(run.failed)} failed`));
  put("unsaid", [...run.unsaid].map(([reason, length]) => `${reason} ${number(length)}`).join(", ") || "\u2013");
  put("heard", share(player.finished ? run.received : heard));
  put("who", [run.engine, wrote].filter(Boolean).join("; text from "));
  $("takeaway").parentNode.hidden = run.going;
  put("sums", run.going ? `${text}, ${share(run.spoken)} spoken` : `${text}, ${clock(run.seconds)} of sound`);
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
  document.title = `${title()} \u2013 aloud`;
  session.show(title());
  if (now !== "paused" || player.position) say(STATES[now]);
  if (now === "done" || now === "paused") remember();
}
