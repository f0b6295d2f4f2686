// Places in the text and its sound: which word is heard, and the way from sentence to sentence.

import { before, first } from "./source.js";
import { player, reader, run, remember } from "./stage.js";
import { $, on, say } from "./words.js";

const LATE = 1.5; // seconds into a sentence; later "back" means its beginning

/** Where in the sound a place in the text is. */
function heardAt(point) {
  const clip = player.clips[first(player.clips, (one) => one.end > point)];
  if (!clip) return null;
  const word = clip.words.find((one) => one.end > point);
  return clip.begins + (clip.start >= point || !word ? 0 : Math.max(0, word.at - 0.02));
}

/** The word of a clip that is heard at a position. */
export function word(clip, position) {
  return before(clip.words, (one) => one.at > position - clip.begins + 0.001);
}

function current() {
  const clip = player.clip();
  return clip && (reader.at(word(clip, player.position)?.start ?? clip.start) || reader.sentences[0]);
}

function jump(sentence) {
  const to = sentence ? heardAt(reader.beginning(sentence).start) : null;
  if (to === null) return say("This is not spoken yet.");
  reader.follow = true;
  player.seek(to);
  player.play();
}

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
  const text = $("text");
  text.addEventListener("click", (event) => {
    const { sentence } = event.target.closest(".sentence") || {};
    if (sentence && getSelection().isCollapsed) jump(sentence);
  });
  text.addEventListener("keydown", (event) => {
    const here = document.activeElement.sentence;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      reach(here ? reader.beside(here, event.key === "ArrowDown" ? 1 : -1) : current() || reader.sentences[0]);
    } else if (here && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      jump(here);
    }
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
  Object.assign(sentence.element, { tabIndex: -1, role: "button" });
  sentence.element.focus({ preventScroll: true });
  sentence.element.scrollIntoView({ block: "nearest" });
}
