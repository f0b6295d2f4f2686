// Shows /openapi.json. Everything goes in as text, never as markup.

import { $, make, put } from "./words.js";

const { info, servers = [{ url: "" }], paths, components: { schemas } } = await (await fetch("openapi.json")).json();

const named = (schema) => schema.$ref.split("/").pop();
const resolved = (schema = {}) => (schema.$ref ? resolved(schemas[named(schema)]) : schema);

function kind(schema) {
  if (schema.$ref) return named(schema);
  if (schema.anyOf) return schema.anyOf.map(kind).join(" or ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${kind(schema.items || {})}`;
  return schema.type || "any";
}

function table(head, rows) {
  const body = rows.map((row) => make("tr", "", ...row.map((cell) => make("td", cell))));
  return make("table", "", make("tr", "", ...head.map((cell) => make("th", cell))), ...body);
}

function unlessGiven(name, one, schema) {
  if (schema.required?.includes(name)) return "required";
  return (one.default ?? null) === null ? "optional" : JSON.stringify(one.default);
}

/** Names of the schemas that a field's value is made of. */
function namesIn(schema) {
  if (schema.$ref) return [named(schema)];
  return [schema.items, ...(schema.anyOf || [])].filter(Boolean).flatMap(namesIn);
}

function fields(schema) {
  const found = resolved(schema);
  const all = Object.entries(found.properties || {});
  const rows = all.map(([name, one]) => [name, kind(one), unlessGiven(name, one, found), one.description || ""]);
  const within = new Set(all.flatMap(([, one]) => namesIn(one)));
  return make("div", "", table(["field", "kind", "default", ""], rows), ...Array.from(within, below));
}

/** A schema that others name: a list of choices, or fields. */
function below(name) {
  const found = schemas[name];
  const about = make("p", [found.description, found.enum?.join(" | ")].filter(Boolean).join(" "));
  return make("div", "", make("h4", name), about, ...(found.properties ? [fields(found)] : []));
}

function operation(method, path, about) {
  const way = make("span", { className: "method", textContent: method.toUpperCase() });
  const parts = [make("summary", "", way, make("code", servers[0].url + path)), make("p", about.description || about.summary || "")];
  if (about.parameters) {
    const rows = about.parameters.map((one) => [one.name, one.in, kind(one.schema), one.description || ""]);
    parts.push(make("h4", "Parameters"), table(["name", "in", "kind", ""], rows));
  }
  for (const [type, content] of Object.entries(about.requestBody?.content || {})) {
    parts.push(make("h4", `Body, ${type}`), fields(content.schema));
  }
  const answers = Object.entries(about.responses);
  parts.push(make("h4", "Answers"), table(["status", ""], answers.map(([status, one]) => [status, one.description || ""])));
  for (const [status, one] of answers.filter(([status]) => status < 300)) {
    const schema = one.content?.["application/json"]?.schema || {};
    const told = namesIn(schema).map((name) => fields(schemas[name]));
    if (told.length) parts.push(make("h4", `Answer ${status}: ${kind(schema)}`), make("p", schema.description), ...told);
  }
  return make("details", "", ...parts);
}

function happening(schema) {
  const found = resolved(schema);
  const summary = make("summary", "", make("code", found.properties.type.const));
  return make("details", "", summary, make("p", found.description || ""), fields(found));
}

put("about", `${info.description} Version ${info.version}.`);
const groups = new Map();
for (const [path, methods] of Object.entries(paths)) {
  for (const [method, about] of Object.entries(methods)) {
    const tag = (about.tags || ["other"])[0];
    if (!groups.has(tag)) groups.set(tag, []);
    groups.get(tag).push(operation(method, path, about));
  }
}
const { Event } = schemas;
groups.set("events", [make("p", Event.description), ...Event.oneOf.map(happening)]);
for (const [tag, found] of groups) $("operations").append(make("h2", tag), ...found);
