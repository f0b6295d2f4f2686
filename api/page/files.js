// Files that are brought: texts are shown for editing, books go to the service, which reads them.

import { json } from "./service.js";
import { listed, number } from "./words.js";

const LARGEST = 20_000_000; // bytes
export const BOOKS = /\.(html?|epub|docx|odt|pdf|fb2(\.zip)?|fbz)$/i;
export const SCRIPTS = /\.(json|ya?ml)$/i;

/** Its text. Throws an Error whose message can be shown. */
export async function text(file) {
  if (file.size > LARGEST) throw new Error(`${file.name} is larger than 20 MB, the most that is read.`);
  const found = await file.text();
  if (/[\0\ufffd]/.test(found)) throw new Error(`${file.name} is not a text in UTF-8. Text, Markdown, HTML, EPUB, DOCX, ODT, FB2 and PDF can be read.`);
  return found;
}

/** {id, about: in a few words}. Throws Refusal. */
export async function bring(file) {
  const form = new FormData();
  form.append("file", file);
  const { id, title, chapters, chars, unread } = await json("api/v1/documents", { body: form });
  const missing = unread.length && `without ${number(unread.length)} that cannot be read`;
  const parts = listed(chapters.length > 1 && `${number(chapters.length)} chapters`, `${number(chars)} characters`, missing);
  return { id, about: `\u201c${title || file.name}\u201d, ${parts}` };
}
