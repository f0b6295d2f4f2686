// Shows /openapi.json. Everything goes in as text, never as markup.
"use strict";

function make(tag, text, ...children) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}

function resolved(schema, all) {
  if (!schema) return {};
  return schema.$ref ? resolved(all.components.schemas[schema.$ref.split("/").pop()], all) : schema;
}

function kind(schema, all) {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map((one) => kind(one, all)).join(" or ");
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${kind(schema.items || {}, all)}`;
  return schema.type || "any";
}

function table(head, rows) {
  const body = rows.map((row) => make("tr", "", ...row.map((cell) => make("td", cell))));
  return make("table", "", make("tr", "", ...head.map((cell) => make("th", cell))), ...body);
}

function unlessGiven(name, one, schema) {
  if ((schema.required || []).includes(name)) return "required";
  return one.default === undefined || one.default === null ? "optional" : JSON.stringify(one.default);
}

/** Names of the schemas that a field's value is made of. */
function namesIn(schema) {
  if (schema.$ref) return [schema.$ref.split("/").pop()];
  return [schema.items, ...(schema.anyOf || [])].filter(Boolean).flatMap(namesIn);
}

function fields(schema, all) {
  const found = resolved(schema, all);
  const rows = Object.entries(found.properties || {}).map(([name, one]) => [
    name,
    kind(one, all),
    unlessGiven(name, one, found),
    one.description || "",
  ]);
  const within = new Set(Object.values(found.properties || {}).flatMap(namesIn));
  return make("div", "", table(["field", "kind", "default", ""], rows), ...Array.from(within, (name) => named(name, all)));
}

/** A schema that others name: a list of choices, or fields. */
function named(name, all) {
  const found = all.components.schemas[name];
  const about = make("p", [found.description, found.enum && found.enum.join(" | ")].filter(Boolean).join(" "));
  return make("div", "", make("h4", name), about, ...(found.properties ? [fields(found, all)] : []));
}

function operation(method, path, about, all) {
  const summary = make("summary", "", Object.assign(make("span", method.toUpperCase()), { className: "method" }), make("code", path));
  const parts = [summary, make("p", about.description || about.summary || "")];
  if (about.parameters) {
    const rows = about.parameters.map((one) => [one.name, one.in, kind(one.schema, all), one.description || ""]);
    parts.push(make("h4", "Parameters"), table(["name", "in", "kind", ""], rows));
  }
  for (const [type, content] of Object.entries((about.requestBody || {}).content || {})) {
    parts.push(make("h4", `Body, ${type}`), fields(content.schema, all));
  }
  const answers = Object.entries(about.responses);
  parts.push(make("h4", "Answers"), table(["status", ""], answers.map(([status, one]) => [status, one.description || ""])));
  for (const [status, one] of answers.filter(([status]) => status < 300)) {
    const schema = ((one.content || {})["application/json"] || {}).schema || {};
    const told = namesIn(schema).map((name) => fields(all.components.schemas[name], all));
    if (told.length) parts.push(make("h4", `Answer ${status}: ${kind(schema, all)}`), make("p", schema.description), ...told);
  }
  return make("details", "", ...parts);
}

function happening(schema, all) {
  const found = resolved(schema, all);
  const summary = make("summary", "", make("code", found.properties.type.const));
  return make("details", "", summary, make("p", found.description || ""), fields(found, all));
}

async function show() {
  const all = await (await fetch("/openapi.json")).json();
  document.getElementById("about").textContent = `${all.info.description} Version ${all.info.version}.`;
  const groups = new Map();
  for (const [path, methods] of Object.entries(all.paths)) {
    for (const [method, about] of Object.entries(methods)) {
      const tag = (about.tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(method, path, about, all));
    }
  }
  const { Event } = all.components.schemas;
  groups.set("events", [make("p", Event.description), ...Event.oneOf.map((one) => happening(one, all))]);
  for (const [tag, found] of groups) document.getElementById("operations").append(make("h2", tag), ...found);
}

show();
