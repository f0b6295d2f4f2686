// What comes next in a conversation: what the listener says to the answer.

import { manner } from "./composer.js";
import { refused } from "./service.js";
import { begin, player, report } from "./stage.js";
import { session } from "./talk.js";
import { $, on, put } from "./words.js";

/** The next thing said. The model learns what was heard of its answer, not what it wrote. */
async function reply(event) {
  event.preventDefault();
  const message = $("answer").value.trim();
  if (!message || $("send").disabled) return;
  $("send").disabled = true;
  put("answer-error", "");
  player.pause();
  try {
    await report();
    await begin({ path: "api/v1/stream/chat", body: { ...manner(true), message, session_id: session } });
  } catch (error) {
    put("answer-error", refused(error));
  } finally {
    $("send").disabled = false;
  }
}

export function install() {
  on("reply", "submit", reply);
  on("answer", "input", () => player.sounding && player.pause());
  on("answer", "keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) reply(event);
  });
}
