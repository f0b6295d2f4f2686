// The runs of this key, to be heard again or erased.

import { leave } from "./memory.js";
import { ask, json, refused } from "./service.js";
import { anew, open, run as here } from "./stage.js";
import { $, button, listed, make, put } from "./words.js";

const MOST = 100; // at a time
const STATUS = { running: "still going on", error: "broke off", cancelled: "stopped" };
const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The newest; or, behind them, those before one. */
export async function list(before) {
  put("history-error", "");
  put("history-status", "");
  if (!before) $("runs").replaceChildren();
  const from = before ? `&before=${before.created}&before_id=${before.id}` : "";
  try {
    const { runs } = await json(`api/v1/runs?limit=${MOST}${from}`);
    $("runs").append(...runs.map(entry));
    if (!runs.length) put("history-status", before ? "There are no older ones." : "Nothing has been spoken yet.");
    if (runs.length === MOST) $("runs").append(older(runs.at(-1)));
  } catch (error) {
    put("history-error", refused(error));
  }
}

function older(last) {
  const more = button("Show older ones", async () => {
    more.disabled = true;
    await list(last);
    more.disabled = false;
    (item.nextElementSibling?.querySelector("a") || more).focus();
    if (item.nextElementSibling) item.remove();
  });
  const item = make("li", "", more);
  return item;
}

function entry(run) {
  const when = WHEN.format(new Date(1000 * run.created));
  const title = run.title || `A text of ${when}`;
  const link = make("a", { textContent: title, href: `?run=${run.id}`, dir: "auto" });
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    $("history").close();
    open(run.id);
  });
  const going = run.status === "running";
  const erase = button("", async () => {
    if (erase.textContent === "Erase") {
      name("Erase for good");
      return put("history-status", "Press again to erase the text and its sound.");
    }
    try {
      const answer = await ask(`api/v1/runs/${run.id}${going ? "/cancel" : ""}`, { method: going ? "POST" : "DELETE" });
      const left = going ? [entry(await answer.json())] : [];
      if (!going && run.id === here?.id) anew();
      if (!going) leave(run.id);
      const next = left[0] || item.nextElementSibling || item.previousElementSibling;
      item.replaceWith(...left);
      (next?.querySelector("a") || $("history").querySelector("form button")).focus();
      put("history-status", `${going ? "Stopped" : "Erased"}: ${title}`);
    } catch (error) {
      put("history-error", refused(error));
    }
  });
  const name = (text) => Object.assign(erase, { textContent: text, ariaLabel: `${text}: ${title}` });
  name(going ? "Stop" : "Erase");
  erase.addEventListener("blur", () => going || name("Erase"));
  const item = make("li", "", make("span", "", link, make("small", listed(when, STATUS[run.status]))), erase);
  return item;
}
