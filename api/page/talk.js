// A conversation, which the service remembers: what was said, what was heard, what comes next.

import { manner } from "./composer.js";
import { json, refused } from "./service.js";
import { begin, player, report } from "./stage.js";
import { $, make, short, shown } from "./words.js";

const NAMES = { user: "You", assistant: "Answer" };
let session = null;

/** What was said before this run answered, and what it answers. */
export async function show(id, run) {
  session = id;
  shown($("reply"), true);
  $("answer").focus({ preventScroll: true });
  let messages = [];
  try {
    ({ messages } = await json(`/api/v1/sessions/${id}`));
  } catch (error) {
    $("answer-error").textContent = refused(error);
  }
  if (session !== id) return;
  const question = messages.findIndex((one) => one.run === run);
  $("earlier").replaceChildren(...messages.slice(0, question + 1).map(({ role, content }) =>
    make("div", { className: role }, make("dt", NAMES[role]), make("dd", { textContent: content, dir: "auto" }))));
  shown($("earlier"), question >= 0);
}

export function hide() {
  session = null;
  $("earlier").replaceChildren();
  $("answer").value = $("answer-error").textContent = "";
  for (const name of ["earlier", "reply"]) shown($(name), false);
}

/** The next thing said. The model learns what was heard of its answer, not what it wrote. */
async function reply() {
  const message = $("answer").value.trim();
  if (!message || $("send").disabled) return;
  $("send").disabled = true;
  $("answer-error").textContent = "";
  player.pause();
  try {
    await report();
    await begin({ path: "/api/v1/stream/chat", body: { ...manner(), message, session_id: session }, title: short(message) });
  } catch (error) {
    $("answer-error").textContent = refused(error);
  } finally {
    $("send").disabled = false;
  }
}

export function install() {
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
}
