// A conversation: what was said before, what of the answer was heard, and the next thing to say.

import { $, make, shown } from "./words.js";

const KEPT = "aloud.talk";
const NAMES = { user: "You", assistant: "Answer" };

export let turns = []; // {role, content}: up to the question that is being answered

export function begin(question) {
  turns = [{ role: "user", content: question }];
  return turns;
}

/** The next question, after what was heard of the answer. */
export function go(heard, question) {
  if (heard.trim()) turns = [...turns, { role: "assistant", content: heard.trim() }, { role: "user", content: question }];
  else turns = [...turns.slice(0, -1), { role: "user", content: `${turns.at(-1).content}\n\n${question}` }];
  return turns;
}

export function restore(before) {
  turns = before;
}

export function keep(run) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ run, turns }));
  } catch {
    // it will be gone after a reload, and is whole until then
  }
}

/** Shows what belongs to this run, if it is part of a conversation. */
export function show(run) {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    // as if there were none
  }
  turns = kept?.run === run ? kept.turns : [];
  $("earlier").replaceChildren(...turns.map(({ role, content }) => {
    const said = make("dd", content);
    said.dir = "auto";
    return make("div", "", make("dt", NAMES[role]), said);
  }));
  shown($("earlier"), turns.length > 0);
  shown($("reply"), turns.length > 0);
  $("answer").value = "";
}
