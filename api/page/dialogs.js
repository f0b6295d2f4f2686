// History, settings and keys: what opens above the page.

import { fill } from "./composer.js";
import * as history from "./history.js";
import { kept } from "./memory.js";
import { key } from "./service.js";
import { route } from "./stage.js";
import { $, on } from "./words.js";

export function install() {
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", () => $(opener.dataset.opens).showModal());
  }
  new MutationObserver(() => {
    if ($("history").open) history.list();
  }).observe($("history"), { attributeFilter: ["open"] });
  for (const name of ["announce", "letters"]) kept($(name), name);
  kept($("size"), "size", (size) => document.documentElement.style.setProperty("--size", `${size}rem`));
  $("key").value = key.get();
  on("key", "change", () => {
    key.set($("key").value.trim());
    fill();
    if (!$("line").hidden) route();
  });
}
