// What this browser remembers: choices, and of each run where it was left. Never the service's key.

const RUNS = 200; // the one left longest ago goes first

/** What this gives, or null: the browser's stores may be full, broken or forbidden. */
export function stored(asks) {
  try {
    return asks();
  } catch {
    return null;
  }
}

const read = (name) => stored(() => JSON.parse(localStorage.getItem(`aloud.${name}`))) ?? {};
const write = (name, value) => stored(() => localStorage.setItem(`aloud.${name}`, JSON.stringify(value)));

export const choices = read("choices");

export function choose(name, value) {
  choices[name] = value;
  write("choices", choices);
}

export const left = (run) => read("runs")[run];

/** Without `facts`, it is forgotten. */
export function leave(run, facts) {
  const { [run]: _, ...others } = read("runs");
  const all = Object.entries(facts ? { ...others, [run]: facts } : others);
  write("runs", Object.fromEntries(all.slice(-RUNS)));
}

/** The control of this name, whose value is kept. */
export function kept(name, changed) {
  const control = document.getElementById(name);
  const field = control.type === "checkbox" ? "checked" : "value";
  if (choices[name] !== undefined) control[field] = choices[name];
  control.addEventListener(control.type === "range" ? "input" : "change", () => {
    choose(name, control[field]);
    changed?.(control[field]);
  });
  changed?.(control[field]);
}
