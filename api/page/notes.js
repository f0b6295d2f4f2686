// What happened besides speaking, in plain words, each kind once.

import { $, button, make, say, short, shown } from "./words.js";

const WHO = { tts: "voice", llm: "model" };
let counts = new Map(); // message -> {item, count, first}

export function clear() {
  counts = new Map();
  $("notes").replaceChildren();
  shown(false, "notes");
}

function add(kind, text, ...more) {
  const item = make("li", { className: kind, textContent: text }, ...more);
  $("notes").append(item);
  shown(true, "notes");
  say(text);
  return item;
}

/** `source`: the text that it points into. `again`: what gives what is missing another try. */
export function note({ type, message, ...event }, source, again) {
  if (type === "fallback") {
    const known = `${event.stage} ${event.from} ${event.to}`;
    if (!counts.has(known)) add("", `The ${WHO[event.stage]} ${event.from} gave up: ${message} ${event.to} goes on from here.`);
    counts.set(known, {});
  } else if (type === "start" && event.ignored?.length) {
    add("", `${event.provider} does not take ${event.ignored.join(", ")}; it was left out.`);
  } else if (type === "failed") {
    const known = counts.get(message);
    if (known) {
      known.item.textContent = `${++known.count} passages could not be spoken, the first being “${known.first}”: ${message}`;
    } else {
      const first = short(source.slice(event.start, event.end));
      counts.set(message, { first, count: 1, item: add("wrong", `“${first}” could not be spoken: ${message}`) });
    }
  } else if (type === "complete") {
    if (event.stopped) add("", "The model had more to say, and was stopped: it had no tokens left.");
    if (event.status === "partial") add("wrong", "Some of the text could not be spoken. ", button("Try again", again));
  } else if (type === "error") add("wrong", `${message} What was made stays. `, button("Try again", again));
  else if (type === "cancelled") add("", "Stopped. What was made stays. ", button("Go on", again));
}
