// History, settings and keys: what opens above the page.

import * as chapters from "./chapters.js";
import { fill } from "./composer.js";
import * as history from "./history.js";
import { kept } from "./memory.js";
import { key, unlock } from "./service.js";
import { route } from "./stage.js";
import { $, on } from "./words.js";

const LISTS = { history: history.list, chapters: chapters.list };

export function opens(name) {
  LISTS[name]?.();
  $(name).showModal();
}

export function install() {
  for (const one of document.querySelectorAll("[data-opens]")) one.addEventListener("click", () => opens(one.dataset.opens));
  for (const name of ["announce", "letters"]) kept(name);
  kept("size", (size) => document.documentElement.style.setProperty("--size", `${size}rem`));
  $("key").value = key;
  on("key", "change", () => {
    unlock($("key").value.trim());
    fill();
    if (!$("line").hidden) route();
  });
}
