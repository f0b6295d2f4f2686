// The page: what is told, shown and heard, put together.

import * as composer from "./composer.js";
import * as controls from "./controls.js";
import * as dialogs from "./dialogs.js";
import * as place from "./place.js";
import * as reply from "./reply.js";
import * as session from "./session.js";
import { choices } from "./memory.js";
import { anew, asked, keep, player, remember, route, run } from "./stage.js";
import { draw, look } from "./view.js";
import { $, on } from "./words.js";

const LOOK = 1000; // milliseconds, for hidden tabs draw nothing

for (const part of [composer, controls, session, place, reply, dialogs]) part.install();
for (const kind of ["input", "keydown", "pointerdown"]) {
  addEventListener(kind, () => player.prepare(choices.rates?.[$("engine").value]), { once: true });
}
on("new", "click", anew);
addEventListener("popstate", () => asked() === run?.id || route()); // not for places within the page
addEventListener("pagehide", remember);
document.addEventListener("visibilitychange", () => document.hidden && remember());
setInterval(() => {
  look();
  if (!run || player.state !== "playing") return;
  keep();
  session.place();
}, LOOK);
route();
composer.fill();
draw();
