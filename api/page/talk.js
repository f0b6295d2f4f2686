// A conversation, which the service remembers: what was said before this answer.

import { json, refused } from "./service.js";
import { $, make, put, shown } from "./words.js";

const NAMES = { user: "You", assistant: "Answer" };
export let session = null;

export async function show(id, run) {
  session = id;
  shown(true, "reply");
  $("answer").focus({ preventScroll: true });
  let messages = [];
  try {
    ({ messages } = await json(`api/v1/sessions/${id}`));
  } catch (error) {
    put("answer-error", refused(error));
  }
  if (session !== id) return;
  const question = messages.findIndex((one) => one.run === run);
  $("earlier").replaceChildren(...messages.slice(0, question + 1).map(({ role, content }) =>
    make("div", { className: role }, make("dt", NAMES[role]), make("dd", { textContent: content, dir: "auto" }))));
  shown(question >= 0, "earlier");
}

export function hide() {
  session = null;
  $("earlier").replaceChildren();
  $("answer").value = "";
  put("answer-error", "");
  shown(false, "earlier", "reply");
}
