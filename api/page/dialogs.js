// History, settings and keys: what opens above the page.

import * as history from "./history.js";
import { kept } from "./memory.js";
import { key } from "./service.js";
import { anew, open, run } from "./stage.js";
import { $ } from "./words.js";

/** `entered`: what to do when there is another key. */
export function install(entered) {
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", () => $(opener.dataset.opens).showModal());
  }
  for (const closer of document.querySelectorAll("[data-closes]")) {
    closer.addEventListener("click", () => closer.closest("dialog").close());
  }
  new MutationObserver(() => {
    if ($("history").open) history.list(open, (id) => id === run?.id && anew());
  }).observe($("history"), { attributeFilter: ["open"] });
  kept($("announce"), "announce");
  kept($("letters"), "letters");
  kept($("size"), "size", (size) => document.documentElement.style.setProperty("--size", `${size}rem`));
  $("key").value = key.get();
  $("key").addEventListener("change", () => {
    key.set($("key").value.trim());
    entered();
  });
}
