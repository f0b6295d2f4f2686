// The form: what is to be spoken, and by whom.

import * as lists from "./lists.js";
import * as template from "./template.js";
import { choices } from "./memory.js";
import { json, refused } from "./service.js";
import { points } from "./source.js";
import { begin, run } from "./stage.js";
import { $, listed, number, on, put, shown } from "./words.js";

const SPEAKING = {
  text: ["Text to speak", "Paste or write a text, or drop a file here.", "text", "Speak"],
  prompt: ["Question or request", "Ask something. The answer is spoken while it is written.", "question", "Ask"],
  script: ["Script, as YAML or JSON", "Paste a script, or drop its file here.", "script", "Perform"],
};

const SCRIPTS = /\.(json|ya?ml)$/i;
const BOOKS = /\.(html?|epub|docx|odt|pdf|fb2|fbz|zip|srt|vtt)$/i;
const LONG = 200_000; // bytes that nobody edits here

const kind = () => new FormData($("compose")).get("kind");
const filled = () => kind() === "prompt" && template.chosen();

/** Who speaks, and who writes if `asked`, as the service takes it. */
export function manner(asked) {
  const [provider, ...model] = asked ? ($("provider").value || choices.provider || "").split(" ") : [];
  const [engine, language] = $("engine").value.split("*");
  return {
    speed: Number($("pace").value), format: $("format").value, llm_provider: provider || null, model: model.join(" "),
    tts_provider: engine || null, voice: $("voice").value, language,
  };
}

/** {path, body} of what is asked for. */
function order() {
  const words = $("words").value;
  const some = [...$("some").selectedOptions].map((one) => one.value);
  const file = aboutFile() && { document: $("shelf").value, chapters: some[0] && some.join() };
  const to = (name, body) => ({ path: `api/v1/stream/${name}`, body: { ...manner(kind() === "prompt"), ...body } });
  if (kind() !== "prompt") return to("speech", file || { [kind()]: words });
  const chosen = filled();
  if (!chosen) return to("chat", { message: words });
  const values = template.values();
  if (file) return to("script", { ...values, ...file });
  if (template.lead()) values[template.lead()] = words;
  return to(`templates/${chosen.name}`, { values });
}

const takesFile = () => kind() === "text" || filled()?.name === "narration";

const aboutFile = () => $("shelf").value && takesFile();

function refuse({ message }) {
  $("words-error").textContent = message;
  $("words").ariaInvalid = "true";
  $("some").focus(); // one of them is there
  $("words").focus();
}

function accept() {
  put("words-error", "");
  $("words").ariaInvalid = null;
}

export async function fill() {
  take($("words").value);
  try {
    await Promise.all([lists.fill(), lists.fillShelf(), kind() === "prompt" && lists.fillModels()]);
  } catch (error) {
    const message = refused(error);
    if (!run) put("words-error", message);
  }
}

/** Short texts are edited; all else goes to the service. */
async function read(file) {
  if (!file) return;
  const asked = filled() ? "prompt" : "text"; // a template may be about a file
  $("compose").elements.kind.value = SCRIPTS.test(file.name) ? "script" : asked;
  try {
    const text = BOOKS.test(file.name) || file.size > LONG ? "\0" : await file.text();
    if (/[\0\ufffd]/.test(text)) await bring(file);
    else take(text);
    $(aboutFile() ? "speak" : "words").focus();
  } catch (error) {
    changed();
    refuse(error);
  }
}

async function bring(file) {
  put("words-count", `Reading ${file.name} …`);
  const form = new FormData();
  form.append("file", file);
  const { id } = await json("api/v1/documents", { body: form });
  await lists.fillShelf();
  $("shelf").value = id;
  await open();
}

/** What there is of the document to choose from. */
async function open() {
  const { value } = $("shelf");
  $("some").length = 0;
  put("document-about", "");
  if (!value) return;
  const { title, chapters, chars, unread } = await json(`api/v1/documents/${value}`);
  if (value !== $("shelf").value) return;
  const missing = unread.length && `without ${number(unread.length)} that cannot be read`;
  put("document-about", listed(`“${title}”`, chapters[1] && `${number(chapters.length)} chapters`, `${number(chars)} characters`, missing));
  $("some").append(lists.option("", "all"), ...chapters.map((one) => lists.option(one.number, `${one.number}. ${one.title}`)));
  $("some").value = "";
  shown(chapters[1], "some-label");
  changed();
}

function take(text) {
  $("shelf").value = "";
  $("words").value = text;
  changed();
}

function changed() {
  accept();
  const [label, hint, , verb] = SPEAKING[kind()];
  const chosen = filled();
  const lead = chosen && (template.lead() || "");
  for (const one of $("compose").querySelectorAll("[data-for]")) one.hidden = one.dataset.for !== kind();
  shown(chosen, "fields");
  $("fields").disabled = !chosen; // what is hidden may be empty
  shown(takesFile(), "shelf-label");
  shown(aboutFile(), "document");
  shown(!aboutFile(), "words");
  $("words").className = chosen ? "short" : kind();
  $("words").ariaLabel = chosen ? lists.plain(lead) : label;
  $("words").placeholder = chosen?.variables?.[lead]?.description || hint;
  put("speak", verb);
  const length = points($("words").value);
  put("words-count", length ? `${number(length)} characters` : "");
}

function drop(event) {
  event.preventDefault();
  $("compose").classList.remove("over");
  if ($("compose").hidden) return;
  const [file] = event.dataTransfer.files;
  if (file) read(file);
  else take(event.dataTransfer.getData("text/plain") || $("words").value);
}

export function install() {
  const form = $("compose");
  on("compose", "submit", async (event) => {
    event.preventDefault();
    if (!aboutFile() && !$("words").value.trim()) return refuse({ message: `There is no ${SPEAKING[kind()][2]} yet.` });
    accept();
    $("speak").disabled = true;
    try {
      await begin(order());
    } catch (error) {
      refuse(error);
    } finally {
      $("speak").disabled = false;
    }
  });
  on("compose", "input", changed);
  on("compose", "change", ({ target }) => target.value === "prompt" && lists.fillModels().catch(refuse));
  on("template", "change", () => {
    template.show();
    changed();
  });
  on("compose", "keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault(); // it is no click
    form.requestSubmit();
  });
  on("shelf", "change", () => open().catch((error) => put("words-error", error.message)));
  on("open", "click", () => $("file").click());
  on("file", "click", () => { $("file").value = ""; }); // the same again
  on("file", "change", () => read($("file").files[0]));
  addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.toggle("over", !form.hidden);
  });
  addEventListener("dragleave", (event) => event.relatedTarget || form.classList.remove("over"));
  addEventListener("drop", drop);
  lists.install();
  changed();
  $("speak").disabled = false;
}
