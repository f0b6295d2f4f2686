// The source text. The service counts code points, strings here halves of them: this keeps both.

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

export const points = (text) => text.length - (text.match(PAIR)?.length || 0);

export class Source {
  text = "";
  length = 0; // code points
  #pairs = []; // code points that take two units, by their number

  append(content) {
    let before = 0;
    for (const pair of content.matchAll(PAIR)) this.#pairs.push(this.length + pair.index - before++);
    this.text += content;
    this.length += content.length - before;
  }

  /** Index into `text` of a code point. */
  unit(point) {
    return point + first(this.#pairs, (pair) => pair >= point);
  }

  slice(start, end) {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}

/** The last of a sorted list before `holds` does. */
export const before = (list, holds) => list[first(list, holds) - 1];

/** How many lead a sorted list before `holds` does. */
export function first(list, holds) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
