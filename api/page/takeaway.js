// What one can take home of a run: sound, captions, text, an address that plays it.

import { $, button, make, say } from "./words.js";

const SOUNDS = { wav: "WAV", mp3: "MP3", opus: "Opus", flac: "FLAC" };

let made = "";

export function show(run, title, text) {
  if (made) URL.revokeObjectURL(made);
  made = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const name = title.replace(/[^\p{L}\p{N}]+/gu, " ").trim() || "aloud";
  const link = (textContent, href, ending) => make("a", { textContent, href, download: `${name}.${ending}` });
  const sounds = run.seconds
    ? [
        ...Object.entries(SOUNDS).map(([format, shown]) => link(shown, run.address(`audio?format=${format}`), format)),
        link("Captions (VTT)", run.address("captions.vtt"), "vtt"),
        link("Captions (SRT)", run.address("captions.srt"), "srt"),
      ]
    : [];
  const copy = button("Copy the link", async () => {
    await navigator.clipboard.writeText(new URL(`/?run=${run.id}`, location.href).href);
    say("The link is copied.");
    copy.textContent = "Copied";
  });
  $("takeaway").replaceChildren(...sounds, link("Text", made, "txt"), ...(navigator.clipboard ? [copy] : []));
}
