// The chapters of a document: which one is heard, and the way to another.

import { current, go, heardAt } from "./place.js";
import { before } from "./source.js";
import { reader } from "./stage.js";
import { $, button, clock, make, put, shown } from "./words.js";

const here = () => before(reader.chapters, (one) => one.start > (current()?.start ?? 0));

export function show() {
  shown(reader.chapters.length > 1, "chapter");
  put("chapter", `Chapters: ${here()?.title || ""}`);
}

export function list() {
  const now = here();
  $("contents").replaceChildren(...reader.chapters.map((one) => {
    const at = heardAt(one.start);
    const to = button(one.title, () => {
      $("chapters").close();
      go(one.start);
      if (heardAt(one.start) !== null) return;
      reader.follow = false; // it can be read before it is heard
      reader.paragraph(one.start)?.scrollIntoView();
    });
    Object.assign(to, one === now && { ariaCurrent: "true", autofocus: true });
    return make("li", "", to, make("small", at === null ? "not spoken yet" : clock(at)));
  }));
}
