// The form: what is to be spoken, and by whom.

import { json } from "./service.js";
import { choices, choose, kept } from "./memory.js";
import { points } from "./source.js";
import { $, make, number, short, shown } from "./words.js";

const LARGEST = 20_000_000; // bytes of a file that is read at all
const TRYING = { replay: "replay: your own words, to try it out" };

const BOOKS = /\.(html?|epub|docx|pdf)$/i;

let voices = [];
let asked = null; // for the models, by whoever came first
let brought = null; // a document that the service has taken

export const kind = () => new FormData($("compose")).get("kind");

/** How it is to be spoken, as the service takes it. */
export function manner() {
  const body = { speed: Number($("pace").value), format: $("format").value };
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
function fillModels() {
  asked ??= listModels().finally(() => { asked = null; });
  return asked;
}

async function listModels() {
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
  $("compose").elements.kind.value = "text";
  changed();
  if (BOOKS.test(file.name)) return bring(file);
  if (file.size > LARGEST) return refuse(`${file.name} is larger than 20 MB, the most that is read.`);
  const text = await file.text();
  if (text.includes("\u0000")) return refuse(`${file.name} is not a text. Text, Markdown, HTML, EPUB, DOCX and PDF can be read.`);
  putAway();
  $("words").value = text;
  changed();
  accept();
  $("words").focus();
}

/** The service takes the words out of files that are more than words. */
async function bring(file) {
  const form = new FormData();
  form.append("file", file);
  $("document-about").textContent = `Reading ${file.name} \u2026`;
  shown($("document"), true);
  try {
    brought = await json("/api/v1/documents", { method: "POST", body: form });
  } catch (error) {
    putAway();
    return refuse(error.message);
  }
  const { title, chapters, chars } = brought;
  const parts = [chapters.length > 1 && `${number(chapters.length)} chapters`, `${number(chars)} characters`].filter(Boolean);
  $("document-about").textContent = `\u201c${title || file.name}\u201d, ${parts.join(", ")}`;
  shown($("words"), false);
  changed();
  accept();
  $("speak").focus();
}

function putAway() {
  brought = null;
  shown($("document"), false);
  shown($("words"), true);
  changed();
}

function changed() {
  const asks = kind() === "prompt";
  shown(document.querySelector('[data-for="prompt"]'), asks);
  shown($("document"), !asks && brought);
  shown($("words"), asks || !brought);
  $("words-label").textContent = asks ? "Question or request" : "Text to speak";
  $("words").placeholder = asks ? "Ask something. The answer is spoken while it is written." : "Paste or write a text, or drop a file here.";
  $("speak").textContent = asks ? "Ask" : "Speak";
  const length = points($("words").value);
  $("words-count").textContent = length ? `${number(length)} characters` : "";
}

export function install(begin) {
  const form = $("compose");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (kind() === "text" && brought) return begin({ document: brought.id }, brought.title);
    if (!$("words").value.trim()) return refuse(kind() === "text" ? "There is no text yet." : "There is no question yet.");
    accept();
    begin({ [kind()]: $("words").value }, short($("words").value));
  });
  form.addEventListener("input", changed);
  for (const radio of form.elements.kind) {
    radio.addEventListener("change", () => fillModels().catch((error) => refuse(error.message)));
  }
  $("words").addEventListener("input", accept);
  $("words").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  $("file").addEventListener("click", () => { $("file").value = ""; }); // so that the same file can be chosen again
  $("document-away").addEventListener("click", () => {
    putAway();
    $("words").focus();
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

