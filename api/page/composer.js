// The form: what is to be spoken, and by whom.

import { json } from "./service.js";
import { choices, choose, kept } from "./memory.js";
import { $, make, number, shown } from "./words.js";

const LARGEST = 20_000_000; // bytes of a file that is read at all
const TRYING = { replay: "replay: your own words, to try it out" };

let voices = [];

export const kind = () => new FormData($("compose")).get("kind");

/** What the form asks for, as the service takes it. */
export function order() {
  const body = { [kind()]: $("words").value, speed: Number($("pace").value), format: $("format").value };
  if (kind() === "prompt" && $("provider").value) body.llm_provider = $("provider").value;
  if ($("engine").value) body.tts_provider = $("engine").value;
  if ($("engine").value && $("voice").value) body.voice = $("voice").value;
  return body;
}

export function refuse(message) {
  $("words-error").textContent = message;
  $("words").setAttribute("aria-invalid", "true");
  $("words").focus();
}

function accept() {
  $("words-error").textContent = "";
  $("words").removeAttribute("aria-invalid");
}

/** Lists what works here. The page is of use before it is known. */
export async function fill() {
  const heard = await json("/api/v1/voices");
  voices = heard.voices;
  const engines = heard.engines.filter((one) => one.works).map((one) => option(one.name, one.name));
  $("engine").replaceChildren(option("", "the best one here"), ...engines);
  $("engine").title = heard.engines.filter((one) => !one.works).map((one) => one.message).join("\n");
  restore($("engine"), "engine");
  listVoices();
  if (kind() === "prompt") await fillModels();
}

/** Only when somebody wants one: to find out which models can be had takes the service a while. */
async function fillModels() {
  if ($("provider").options.length) return;
  const written = await json("/api/v1/providers");
  const models = written.providers.filter((one) => one.works && one.name !== "text");
  models.sort((one, two) => (one.name in TRYING) - (two.name in TRYING));
  $("provider").replaceChildren(...models.map((one) => option(one.name, TRYING[one.name] || one.name)));
  restore($("provider"), "provider");
}

function option(value, text) {
  return Object.assign(make("option", text), { value });
}

function restore(select, name) {
  if ([...select.options].some((one) => one.value === choices[name])) select.value = choices[name];
}

function listVoices() {
  const engine = $("engine").value;
  const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  const spoken = (code) => {
    try {
      return names.of(code);
    } catch {
      return code;
    }
  };
  const own = voices.filter((one) => one.engine === engine);
  const listed = own.map((one) => {
    const about = [...new Set(one.languages.map(spoken)), one.gender].filter(Boolean).join(", ");
    return option(one.name, about && about !== one.name ? `${one.name} \u2013 ${about}` : one.name);
  });
  $("voice").replaceChildren(option("", "its usual one"), ...listed);
  shown($("voice-label"), own.length > 1);
  restore($("voice"), `voice.${engine}`);
}

async function read(file) {
  if (!file) return;
  if (file.size > LARGEST) return refuse(`${file.name} is larger than 20 MB, the most that is read.`);
  const text = await file.text();
  if (text.includes("\u0000")) return refuse(`${file.name} is not a text. Plain text, Markdown and HTML can be read here.`);
  $("words").value = /\.html?$/i.test(file.name) ? visible(text) : text;
  $("compose").elements.kind.value = "text";
  changed();
  accept();
  $("words").focus();
}

/** The words of an HTML file. The parsed document is inert: nothing in it runs or is fetched. */
function visible(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const silent of body.querySelectorAll("script, style, template, noscript, nav")) silent.remove();
  for (const line of body.querySelectorAll("br")) line.replaceWith("\n");
  for (const part of body.querySelectorAll("p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote, pre, section, article")) part.append("\n\n");
  return body.textContent.replace(/[^\S\n]+/g, " ").replace(/ ?\n ?/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

function changed() {
  const asks = kind() === "prompt";
  shown(document.querySelector('[data-for="prompt"]'), asks);
  $("words-label").textContent = asks ? "Question or request" : "Text to speak";
  $("words").placeholder = asks ? "Ask something. The answer is spoken while it is written." : "Paste or write a text, or drop a file here.";
  $("speak").textContent = asks ? "Ask" : "Speak";
  const length = [...$("words").value].length;
  $("words-count").textContent = length ? `${number(length)} characters` : "";
}

export function install(begin) {
  const form = $("compose");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!$("words").value.trim()) return refuse(kind() === "text" ? "There is no text yet." : "There is no question yet.");
    accept();
    begin(order());
  });
  form.addEventListener("input", changed);
  for (const radio of form.elements.kind) {
    radio.addEventListener("change", () => fillModels().catch((error) => refuse(error.message)));
  }
  $("words").addEventListener("input", accept);
  $("words").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  $("open").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => read($("file").files[0]));
  addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.toggle("over", !form.hidden);
  });
  addEventListener("dragleave", (event) => event.relatedTarget || form.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (form.hidden) return;
    const [file] = event.dataTransfer.files;
    if (file) return read(file);
    $("words").value = event.dataTransfer.getData("text/plain") || $("words").value;
    changed();
  });
  for (const name of ["pace", "format", "provider"]) kept($(name), name);
  kept($("engine"), "engine", listVoices);
  $("voice").addEventListener("change", () => choose(`voice.${$("engine").value}`, $("voice").value));
  changed();
}

