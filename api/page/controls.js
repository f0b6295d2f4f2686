// The bar at the bottom, and the keys.

import { opens } from "./dialogs.js";
import { choices, kept } from "./memory.js";
import { skip, toggle } from "./place.js";
import { anew, player, stop } from "./stage.js";
import { $, clock, make, on, put, shown } from "./words.js";

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M7 5h3v14H7zM14 5h3v14h-3z";

const back = () => skip(-1);
const forward = () => skip(1);
const KEYS = [ // without `does`: looked after elsewhere
  ["Space, k", "play or pause", toggle],
  ["←, j", "back a sentence", back],
  ["→, l", "forward a sentence", forward],
  ["↑, ↓", "in the text: from sentence to sentence; Enter plays from there"],
  ["-", "slower", () => step($("speed"), -0.1)],
  ["+, =", "faster", () => step($("speed"), 0.1)],
  ["m", "sound off and on", mute],
  ["Esc", "stop what is being written and spoken"],
  ["n", "a new text", anew],
  ["c", "chapters", () => $("chapter").hidden || opens("chapters")],
  ["h", "history", () => opens("history")],
  ["s", "settings", () => opens("settings")],
  ["?", "these keys", () => opens("keys")],
  ["Ctrl+Enter", "in the form: speak"],
];
const NAMES = { " ": "Space", ArrowLeft: "←", ArrowRight: "→" };
const DOES = new Map(KEYS.flatMap(([keys, , does]) => keys.split(", ").map((key) => [key, does])));

export function install() {
  for (const [name, does] of Object.entries({ play: toggle, back, forward, stop })) on(name, "click", does);
  on("seek", "input", () => turn(Number($("seek").value)));
  on("seek", "keydown", (event) => {
    const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5 }[event.key];
    if (!by) return;
    event.preventDefault();
    turn(Math.min(player.position + by, player.length));
  });
  kept("volume", (value) => {
    player.volume = Number(value);
    $("volume").ariaValueText = `${Math.round(100 * value)} percent`;
  });
  kept("speed", (value) => {
    player.speed = Number(value);
    put("speed-shown", `${Number(value)}×`);
  });
  $("keys-list").append(...KEYS.map(([keys, what]) => {
    const cell = make("th", "", ...keys.split(/(, )/).map((key, i) => (i % 2 ? key : make("kbd", key))));
    cell.scope = "row";
    return make("tr", "", cell, make("td", what));
  }));
  addEventListener("keydown", pressed);
}

function turn(position) {
  player.seek(position);
  tell(player.position);
}

/** Only when it is turned, while it has the focus: else it would be read out each second. */
function tell(position) {
  $("seek").ariaValueText = `${clock(position)} of ${clock($("seek").max)}`;
}

function step(slider, by) {
  slider.value = Number(slider.value) + by;
  slider.dispatchEvent(new Event("input"));
}

let loud = 1;
function mute() {
  const level = Number($("volume").value);
  loud = level || loud;
  step($("volume"), level ? -level : loud);
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const { key, target } = event;
  if (key === "Escape") return stop();
  if (target.matches("textarea, select, input:not([type=range], [type=radio], [type=checkbox])")) return;
  const moves = target.matches("input, .sentence") && /^Arrow/.test(key);
  const presses = target.matches("button, input, summary, a, .sentence") && key === " ";
  const does = DOES.get(NAMES[key] || key);
  if (moves || presses || !does || (event.shiftKey && NAMES[key]) || (choices.letters === false && /^\S$/.test(key))) return;
  event.preventDefault();
  does();
}

export function show(run, position) {
  const whole = Math.max(run.estimate, player.length);
  const { sounding, state } = player;
  $("play").ariaLabel = sounding ? "Pause" : state === "done" ? "Play again" : "Play";
  $("play-shape").setAttribute("d", sounding ? PAUSE : PLAY);
  $("player").dataset.state = state;
  put("time", `${clock(position)} / ${run.going ? "about " : ""}${clock(whole)}`);
  const left = (whole - position) / player.speed;
  put("to-go", state === "waiting" ? "waiting for the voice" : left > 0.5 ? `${clock(left)} to go` : "");
  const seek = $("seek");
  Object.assign(seek, { max: whole, value: position });
  if (seek !== document.activeElement) tell(position);
  seek.style.setProperty("--heard", `${(100 * position) / (whole || 1)}%`);
  seek.style.setProperty("--spoken", `${(100 * player.length) / (whole || 1)}%`);
  if (!run.going && document.activeElement === $("stop")) $("play").focus();
  shown(run.going, "stop");
}
