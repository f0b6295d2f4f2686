// Places in the text and its sound: which word is heard, and the way from sentence to sentence.

import { before, first } from "./source.js";
import { player, reader, run, remember } from "./stage.js";
import { $, on, say } from "./words.js";

const EARLY = 0.02; // seconds before a word that is gone to
const LATE = 1.5; // seconds into a sentence; later "back" means its beginning

/** Where in the sound a place in the text is. */
export function heardAt(point) {
  const clip = player.clips[first(player.clips, (one) => one.end > point)];
  if (!clip) return null;
  const word = clip.words.find((one) => one.end > point);
  return clip.begins + (clip.start >= point || !word ? 0 : Math.max(0, word.at - EARLY));
}

/** The word of a clip that is heard at a position. */
export const word = (clip, position) => before(clip.words, (one) => one.at > position - clip.begins + 0.001);

export function current() {
  const clip = player.clip();
  return clip && (reader.at(word(clip, player.position + EARLY)?.start ?? clip.start) || reader.sentences[0]);
}

/** The voice goes on there, if it has come so far. */
export function go(point) {
  const to = heardAt(point);
  if (to === null) return say("This is not spoken yet.");
  reader.follow = true;
  player.seek(to);
  player.play();
}

const jump = (sentence) => go(sentence ? reader.beginning(sentence).start : Infinity);

export function skip(step) {
  const here = current();
  if (!here) return;
  const begun = heardAt(reader.beginning(here).start) ?? 0;
  jump(step < 0 && player.position - begun > LATE ? here : reader.beside(here, step));
}

export function toggle() {
  if (!run) return;
  if (player.sounding) player.pause();
  else player.play();
  remember();
}

/** Sentences are clicked, or reached with arrow keys: there are too many for Tab. */
export function install() {
  on("text", "click", ({ target }) => {
    const sentence = target.closest(".sentence")?.sentence;
    if (sentence && getSelection().isCollapsed) jump(sentence);
  });
  on("text", "keydown", (event) => {
    const here = document.activeElement.sentence;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const plays = here && [" ", "Enter"].includes(event.key);
    if (!step && !plays) return;
    event.preventDefault();
    if (plays) jump(here);
    else reach(here ? reader.beside(here, step) : current() || reader.sentences[0]);
  });
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(kind, scrolled, { passive: true });
  on("follow", "click", () => {
    reader.follow = true;
    $("play").focus();
  });
}

/** Somebody looks around in the text, and not in the bar, a form or a dialog. */
function scrolled({ type, key = "Page", target }) {
  const elsewhere = type === "pointerdown" ? "body" : "#player, form, dialog"; // the scroll bar is outside
  if (/^(Page|Home|End|Arrow(Up|Down))/.test(key) && !target.closest(elsewhere)) reader.follow = false;
}

function reach(sentence) {
  if (!sentence) return;
  Object.assign(sentence.element, { tabIndex: -1, role: "button", onblur: ({ target }) => { target.role = null; } });
  sentence.element.focus({ preventScroll: true });
  sentence.element.scrollIntoView({ block: "nearest" });
}
