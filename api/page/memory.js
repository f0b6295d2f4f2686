// What this browser remembers: choices, and of each run where it was left. Never the service's key.

const RUNS = 200; // the one left longest ago goes first

function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`aloud.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(`aloud.${name}`, JSON.stringify(value));
  } catch {
    // private windows and full disks remember nothing
  }
}

export const choices = read("choices", {});

export function choose(name, value) {
  choices[name] = value;
  write("choices", choices);
}

export const left = (run) => read("runs", {})[run];

export function leave(run, facts) {
  const { [run]: known, ...others } = read("runs", {});
  const all = { ...others, [run]: { ...known, ...facts } };
  for (const old of Object.keys(all).slice(0, -RUNS)) delete all[old];
  write("runs", all);
}

export function forget(run) {
  const { [run]: _, ...others } = read("runs", {});
  write("runs", others);
}

/** A control whose value is kept. */
export function kept(control, name, changed) {
  const field = control.type === "checkbox" ? "checked" : "value";
  if (choices[name] !== undefined) control[field] = choices[name];
  control.addEventListener(control.type === "range" ? "input" : "change", () => {
    choose(name, control[field]);
    changed?.(control[field]);
  });
  changed?.(control[field]);
}
