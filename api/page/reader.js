// Shows the source text as it comes, and where the voice is in it. Text goes in as text, never as markup.

import { before, points, Source } from "./source.js";
import { $, make } from "./words.js";

const LONGEST = 4000; // characters of a paragraph, about, so that what arrives moves little
const SHEET = 24; // paragraphs laid out together, or not at all while out of sight
const GAP = /[\s、。，]/; // Chinese and Japanese have no spaces
const ENDS = /[\p{STerm}…][\p{Pe}\p{Pf}\p{Pi}"']*\s*$|\n\s*$/u;
const SHORT = /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|z\.B|\p{Lu})\.\s*$/u;

export class Reader {
  source;
  sentences; // {start, end: code points; element, number, begins: whether something to be said begins here}
  passages; // by index: sentences
  chapters; // {title, start}
  follow; // the page scrolls along
  #root;
  #rests; // Text of each paragraph that has not become passages; may be `full`
  #cut; // code points that have become passages
  #open; // the last sentence goes on
  #gap; // why the text before was left out
  #cues;
  #who; // speaks
  #now; // passage
  #word;
  #omitted = new Set();
  #split = new Intl.Segmenter(undefined, { granularity: "sentence" });

  constructor(root) {
    this.#root = root;
    this.clear();
  }

  clear() {
    this.#root.replaceChildren();
    Object.assign(this, { source: new Source(), sentences: [], passages: [], chapters: [], follow: true });
    [this.#rests, this.#cut, this.#open, this.#gap] = [[], 0, false, ""];
    [this.#cues, this.#who, this.#now, this.#word] = [[], {}, null, null];
    this.#omitted.clear();
    mark("word", []);
    mark("omitted", []);
  }

  // ---- events, by their types

  chunk({ content }) {
    this.source.append(content);
    for (const line of content.split(/(?<=\n)/)) {
      for (let left = line; left; ) {
        const rest = this.#last();
        const room = Math.max(0, LONGEST - rest.parentNode.textContent.length);
        const gap = left.slice(room).search(GAP) + 1;
        const piece = gap ? left.slice(0, room + gap) : left;
        rest.appendData(piece);
        rest.full = gap || piece.endsWith("\n");
        left = left.slice(piece.length);
      }
    }
  }

  #last() {
    const last = this.#rests.at(-1);
    if (last && !last.full) return last;
    const rest = new Text();
    const paragraph = make("p", { dir: "auto" }, rest);
    const sheet = this.#root.lastChild;
    if (sheet?.childElementCount < SHEET) sheet.append(paragraph);
    else this.#root.append(make("div", "", paragraph));
    this.#rests.push(rest);
    return rest;
  }

  passage({ index, start, end, omitted = [] }) {
    const made = [];
    for (const [rest, text] of this.#take(start, end)) {
      for (const said of this.#sentences(text)) {
        const element = make("span", { className: "sentence", textContent: said });
        rest.before(element);
        const sentence = { start: this.#cut, end: this.#cut + points(said), element, begins: !this.#open && said.trim(), number: this.sentences.length };
        while (said.trim() && this.#cues[0]?.start < sentence.end) {
          this.#who = this.#cues.shift();
          if (this.#who.name) element.dataset.who = this.#who.name;
        }
        if (said.trim()) this.#open = !ENDS.test(said) || SHORT.test(said);
        if (this.#who.language) element.lang = this.#who.language;
        element.sentence = sentence;
        made.push(sentence);
        this.sentences.push(sentence);
        this.#cut = sentence.end;
      }
    }
    this.passages[index] = made;
    this.#gap = "";
    for (const gap of omitted) {
      const range = this.#range(gap.start, gap.end, true);
      if (range) this.#omitted.add(range);
      if (range && gap.reason === "headings") Object.assign(this.at(gap.start).element.parentNode, { role: "heading", ariaLevel: 3 });
    }
    if (omitted.length) mark("omitted", this.#omitted);
  }

  skipped({ start, end, reason }) {
    for (const [rest, text] of this.#take(start, end)) {
      const element = make("span", { className: reason === "blank" ? "" : "skipped", textContent: text });
      if (text.trim() && reason !== this.#gap) {
        this.#gap = reason;
        element.dataset.note = `not spoken (${reason}):`;
      }
      rest.before(element);
      this.#cut += points(text);
    }
    this.#open = false;
  }

  /** Who speaks what comes from here on, and which chapter it is where one begins. */
  cue({ start, speaker, chapter }) {
    this.#cues.push({ start, ...speaker });
    if (chapter) this.chapters.push({ title: chapter, start });
  }

  failed({ index }) {
    const made = this.passages[index] || [];
    const told = this.sentences[made[0]?.number - 1]?.element.classList.contains("failed");
    for (const { element } of made) element.classList.add("failed");
    const words = !told && made.find(({ element }) => element.textContent.trim());
    if (words) words.element.dataset.note = "could not be spoken:";
  }

  /** What comes next, by paragraphs: before which text it belongs, and what it says. */
  *#take(start, end) {
    let units = this.source.unit(end) - this.source.unit(start);
    while (units > 0 && this.#rests.length) {
      const [rest] = this.#rests;
      const text = rest.data.slice(0, units);
      rest.deleteData(0, text.length);
      units -= text.length;
      if (text) yield [rest, text];
      if (rest.length || !rest.full) return;
      this.#rests.shift();
    }
  }

  /** Parted at the ends of sentences. */
  #sentences(text) {
    const found = [];
    for (const { segment } of this.#split.segment(text)) {
      const last = found.at(-1);
      if (found.length && (!last.trim() || SHORT.test(last))) found.push(found.pop() + segment);
      else found.push(segment);
    }
    return found;
  }

  // ---- the place

  /** The sentence at a code point. */
  at(point) {
    return before(this.sentences, (one) => one.start > point);
  }

  /** The paragraph of a code point, also where it has not become sentences. */
  paragraph(point) {
    let units = this.source.unit(point) - this.source.unit(this.#cut);
    return units < 0 ? this.at(point).element.parentNode : this.#rests.find((rest) => (units -= rest.length) < 0)?.parentNode;
  }

  /** Where the sentence that this one belongs to begins. */
  beginning(sentence) {
    let i = sentence.number;
    while (i > 0 && !this.sentences[i].begins) i--;
    return this.sentences[i];
  }

  /** Where the next sentence begins, or the one before. */
  beside(sentence, step) {
    let i = this.beginning(sentence).number + step;
    while (i > 0 && i < this.sentences.length && !this.sentences[i].begins) i += step;
    return this.sentences[Math.max(0, i)];
  }

  /** The whole sentence's text, of all its passages. */
  words(sentence) {
    const from = this.beginning(sentence);
    let i = from.number;
    while (this.sentences[i + 1] && !this.sentences[i + 1].begins) i++;
    return this.source.slice(from.start, this.sentences[i].end).trim();
  }

  /** Shows that this passage sounds, and this word of it. */
  show(index, word) {
    const passage = this.passages[index] || null;
    if (passage !== this.#now) {
      for (const { element } of this.#now || []) element.classList.remove("now");
      for (const { element } of passage || []) element.classList.add("now");
      this.#now = passage;
    }
    if (word === this.#word) return;
    this.#word = word;
    const range = word && this.#range(word.start, word.end);
    mark("word", range ? [range] : []);
    if (range && this.follow) this.#reveal(range);
  }

  #range(start, end, still = false) {
    const [one, two] = [this.#spot(start), this.#spot(end, true)];
    if (!one || !two) return null;
    if (still) return new StaticRange({ startContainer: one[0], startOffset: one[1], endContainer: two[0], endOffset: two[1] });
    const range = document.createRange();
    range.setStart(...one);
    range.setEnd(...two);
    return range;
  }

  #spot(point, last = false) {
    const sentence = this.at(last ? point - 1 : point);
    if (!sentence) return null;
    const text = sentence.element.firstChild;
    return [text, Math.min(this.source.unit(point) - this.source.unit(sentence.start), text.length)];
  }

  #reveal(range) {
    const box = range.getBoundingClientRect();
    const floor = innerHeight - $("player").offsetHeight;
    if (box.top >= 0.1 * floor && box.bottom <= 0.8 * floor) return;
    const far = Math.abs(box.top) > 2 * floor; // a guess, for what was not seen yet is not laid out
    if (far) return range.startContainer.parentNode.scrollIntoView({ block: "center" });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scrollBy({ top: box.top - 0.35 * floor, behavior: calm ? "auto" : "smooth" });
  }
}

/** Where the browser has no highlights, the passage's colour must do. */
function mark(name, ranges) {
  if (globalThis.Highlight) CSS.highlights.set(name, new Highlight(...ranges));
}
