// A template's variables as fields. The first text that it must have is written in the large one.

import { option, plain, templates } from "./lists.js";
import { $, make } from "./words.js";

export const chosen = () => templates.get($("template").value);

const variables = () => Object.entries(chosen()?.variables || {});

/** The name of the variable that the large field is for. */
export const lead = () => variables().find(([, one]) => one.required && one.type === "text")?.[0];

export function show() {
  const all = variables().filter(([name]) => name !== lead());
  $("fields").replaceChildren(...all.map(([name, about]) => {
    const input = field(about);
    Object.assign(input, { id: `field-${name}`, required: about.required && about.type !== "boolean" });
    input.dataset.name = name;
    const hint = make("small", { textContent: about.description, id: `about-${name}` });
    input.setAttribute("aria-describedby", hint.id);
    return make("div", "", make("label", { textContent: plain(name), htmlFor: input.id }), input, hint);
  }));
}

function field({ type, choices, default: value = "", minimum, maximum, max_length: most }) {
  if (choices) {
    const select = make("select", "", ...choices.map((one) => option(one, one === "" ? "any" : String(one))));
    return Object.assign(select, { value });
  }
  if (type === "boolean") return make("input", { type: "checkbox", checked: Boolean(value) });
  const input = type === "text" || type === "list" ? make("textarea", { rows: 2 }) : make("input");
  if (most) input.maxLength = most;
  if (type === "list") input.placeholder = "one on each line";
  if (type === "integer" || type === "number") {
    Object.assign(input, { type: "number", min: minimum ?? "", max: maximum ?? "", step: type === "integer" ? 1 : "any" });
  }
  return Object.assign(input, { value: Array.isArray(value) ? value.join("\n") : value, dir: "auto" });
}

/** What was filled in, in its types; what is empty is left to the template. */
export function values() {
  const found = {};
  for (const { dataset: { name }, type, value, checked } of $("fields").querySelectorAll("[data-name]")) {
    const text = value.trim();
    if (type === "checkbox") found[name] = checked;
    else if (!text) continue;
    else if (chosen().variables[name].type === "list") found[name] = text.split("\n").map((one) => one.trim()).filter(Boolean);
    else found[name] = type === "number" ? Number(text) : text;
  }
  return found;
}
