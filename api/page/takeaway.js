// What one can take home of a run: sound, captions, text, an address that plays it.

import { $, button, make, say } from "./words.js";

const SOUNDS = ["wav", "mp3", "opus", "flac"];
const CAPTIONS = ["vtt", "srt"];

let made = "";

export function show(run, title, text) {
  if (made) URL.revokeObjectURL(made);
  made = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const name = title.replace(/[^\p{L}\p{N}]+/gu, " ").trim() || "aloud";
  const link = (textContent, href, ending) => make("a", { textContent, href, download: `${name}.${ending}` });
  const sounds = run.seconds
    ? [
        ...SOUNDS.map((kind) => link(kind.toUpperCase(), run.address(`audio?format=${kind}`), kind)),
        ...CAPTIONS.map((kind) => link(`Captions (${kind.toUpperCase()})`, run.address(`captions.${kind}`), kind)),
      ]
    : [];
  const copy = button("Copy the link", async () => {
    await navigator.clipboard.writeText(new URL(`?run=${run.id}`, location.href).href);
    say("The link is copied.");
    copy.textContent = "Copied";
  });
  $("takeaway").replaceChildren(...sounds, link("Text", made, "txt"), ...(navigator.clipboard ? [copy] : []));
}
