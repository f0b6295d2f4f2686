// The runs of this key, to be heard again or erased.

import { forget } from "./memory.js";
import { ask, json } from "./service.js";
import { $, button, make, say } from "./words.js";

const STATUS = { running: "still going on", complete: "", error: "broke off", cancelled: "stopped" };
const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export async function list(open, gone) {
  $("history-error").textContent = "";
  $("runs").replaceChildren();
  try {
    const { runs } = await json("/api/v1/runs?limit=100");
    $("runs").replaceChildren(...runs.map((run) => entry(run, open, gone)));
    if (!runs.length) $("runs").append(make("li", "Nothing has been spoken yet."));
  } catch (error) {
    $("history-error").textContent = error.message;
  }
}

function entry(run, open, gone) {
  const when = WHEN.format(new Date(1000 * run.created));
  const title = run.title || `A text of ${when}`;
  const link = make("a", title);
  link.href = `/?run=${run.id}`;
  link.dir = "auto";
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    $("history").close();
    open(run.id);
  });
  const erase = button(run.status === "running" ? "Stop" : "Erase", async () => {
    try {
      const answer = await ask(`/api/v1/runs/${run.id}`, { method: "DELETE" });
      if (answer.status !== 204) return list(open, gone);
      forget(run.id);
      gone(run.id);
      const next = item.nextElementSibling || item.previousElementSibling;
      item.remove();
      (next?.querySelector("a") || $("history").querySelector("[data-closes]")).focus();
      say(`Erased: ${title}`);
    } catch (error) {
      $("history-error").textContent = error.message;
    }
  });
  erase.setAttribute("aria-label", `${erase.textContent}: ${title}`);
  const item = make("li", "", make("span", "", link, make("small", [when, STATUS[run.status]].filter(Boolean).join(", "))), erase);
  return item;
}
