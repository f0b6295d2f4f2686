// What there is to choose from: voices, models, templates.

import { choices, choose, kept } from "./memory.js";
import { json } from "./service.js";
import { $, listed, make, on, shown } from "./words.js";

const TRYING = { replay: "replay: your own words, to try it out" };

export const templates = new Map(); // name -> template
let voices = [];

/** Lists who can speak here. The page is of use before it is known. */
export async function fill() {
  const heard = await json("api/v1/voices");
  voices = heard.voices;
  const engines = heard.engines.filter((one) => one.works).map((one) => option(one.name));
  const codes = voices.flatMap((one) => one.languages.map((code) => code.split("-")[0]));
  const spoken = [...new Map(codes.map((code) => [named(code), code]))].sort().map(([name, code]) => option(`*${code}`, name));
  $("engine").replaceChildren($("engine").options[0], ...engines, ...spoken);
  restore($("engine"), "engine");
  listVoices();
}

/** The documents of this key. */
export async function fillShelf() {
  const { documents } = await json("api/v1/documents");
  $("shelf").length = 1;
  $("shelf").append(...documents.map((one) => option(one.id, one.title)));
}

/** Only when somebody wants one: it takes a while. */
export const fillModels = () => Promise.all([models(), texts()]);

/** Asked for again only where it failed. */
function once(list) {
  let told;
  return () => (told ??= list().catch((error) => { told = null; throw error; }));
}

const models = once(async () => {
  const { providers } = await json("api/v1/providers");
  const able = providers.filter((one) => one.works && one.name !== "text");
  able.sort((one, two) => (one.name in TRYING) - (two.name in TRYING));
  $("provider").replaceChildren(...able.flatMap(offered));
  restore($("provider"), "provider");
});

const texts = once(async () => {
  const filled = await json("api/v1/templates");
  for (const one of filled.templates) if (one.output !== "json") templates.set(one.name, one); // data cannot be spoken
  $("template").append(...[...templates.values()].map((one) => option(one.name, plain(one.name))));
  $("template").dispatchEvent(new Event("change"));
});

/** A provider with its models, as `manner` takes them apart. */
function offered({ name, models }) {
  const own = models.map((model) => option(`${name} ${model}`, `${name}: ${model}`));
  return own.length ? own : [option(name, TRYING[name] || name)];
}

/** A name as people write it. */
export const plain = (name) => name.replace(/^./, (letter) => letter.toUpperCase()).replaceAll("_", " ");

export const option = (value, textContent = value) => make("option", { textContent, value });

function restore(select, name) {
  select.value = choices[name];
  if (select.selectedIndex < 0) select.selectedIndex = 0; // gone
}

const names = new Intl.DisplayNames("en", { type: "language" });

function named(code) {
  try {
    return names.of(code);
  } catch {
    return code;
  }
}

function listVoices() {
  const engine = $("engine").value;
  const own = voices.filter((one) => one.engine === engine);
  const offers = own.map((one) => {
    const about = listed(...new Set(one.languages.map(named)), one.gender);
    return option(one.name, about && about !== one.name ? `${one.name} – ${about}` : one.name);
  });
  $("voice").replaceChildren(option("", "its usual one"), ...offers);
  shown(own.length > 1, "voice-label");
  restore($("voice"), `voice.${engine}`);
}

export function install() {
  for (const name of ["pace", "format", "provider"]) kept(name);
  kept("engine", listVoices);
  on("voice", "change", () => choose(`voice.${$("engine").value}`, $("voice").value));
}
