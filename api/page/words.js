// How the page says things.

export const $ = (id) => document.getElementById(id);
export const on = (id, kind, does) => $(id).addEventListener(kind, does);

/** `given`: its text, or its properties. */
export function make(tag, given, ...children) {
  const element = document.createElement(tag);
  Object.assign(element, typeof given === "string" ? { textContent: given } : given);
  element.append(...children);
  return element;
}

export function button(text, clicked) {
  const made = make("button", { type: "button", textContent: text });
  made.addEventListener("click", clicked);
  return made;
}

const NUMBER = new Intl.NumberFormat("en");
export const listed = (...parts) => parts.filter(Boolean).join(", ");
export const number = (value) => NUMBER.format(value);

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, i) => String(part).padStart(i && 2, "0")).join(":");
}

export const short = (text, most = 60) => {
  const line = text.slice(0, 9 * most).replace(/^#+ /gm, "").replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…` : line;
};

export function put(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

/** To a screen reader, once. */
export const say = (text) => put("status", text);

export function shown(yes, ...ids) {
  for (const id of ids) if ($(id).hidden === Boolean(yes)) $(id).hidden = !yes;
}
