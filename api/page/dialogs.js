// History, settings and keys: what opens above the page.

import { fill } from "./composer.js";
import * as history from "./history.js";
import { kept } from "./memory.js";
import { key } from "./service.js";
import { $, on } from "./words.js";

export function install() {
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", () => $(opener.dataset.opens).showModal());
  }
  new MutationObserver(() => {
    if ($("history").open) history.list();
  }).observe($("history"), { attributeFilter: ["open"] });
  kept($("announce"), "announce");
  kept($("letters"), "letters");
  kept($("size"), "size", (size) => document.documentElement.style.setProperty("--size", `${size}rem`));
  $("key").value = key.get();
  on("key", "change", () => {
    key.set($("key").value.trim());
    fill();
  });
}
