import { html, type Markup } from '../../report/markup.js';
import type { Content, JsonSchema, OpenApiDocument, Operation, Response } from './document.js';

interface Named {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

/** The document for people: one page, no script, nothing from elsewhere but `/docs.css`. */
export function docsPage(document: OpenApiDocument): string {
  const operations: Named[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = document.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ operation }) => operation.tags[0] === name),
  }));
  const { info } = document;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API ${info.version}</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<header>
<h1>${info.title} API <small>${info.version}</small></h1>
${info.description.split('\n\n').map((text) => html`<p>${prose(text)}</p>`)}
<p><a href="/openapi.json">OpenAPI 3.1 document</a></p>
<nav aria-label="Resources"><ul>${groups.map(
    ({ name }) => html`<li><a href="#${anchor(name)}">${name}</a></li>`,
  )}</ul></nav>
</header>
<main>
${groups.map(
  (group) => html`<section>
<h2 id="${anchor(group.name)}">${group.name}</h2>
${group.operations.map(operationShown)}
</section>`,
)}
<section>
<h2 id="schemas">Schemas</h2>
${Object.entries(document.components.schemas).map(
  ([
    name,
    schema,
  ]) => html`<details id="schema-${name}"><summary>${name}</summary>${schemaShown(schema)}</details>
`,
)}
</section>
</main>
</body>
</html>
`.text;
}

function operationShown({ path, method, operation }: Named): Markup {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const roles = operation['x-roles'];
  return html`<details id="${operationId}">
<summary><code class="method ${method.toLowerCase()}">${method}</code> <code>${path}</code> <span>${summary}</span></summary>
${description ? html`<p>${prose(description)}</p>` : null}
<p>${roles ? html`For: ${roles.join(', ')}.` : html`Needs no key.`}</p>
${
  parameters.length > 0
    ? html`<table><caption>Parameters</caption><thead><tr><th scope="col">name</th><th scope="col">in</th><th scope="col">value</th><th scope="col"></th></tr></thead><tbody>${parameters.map(
        (one) =>
          html`<tr><td><code>${one.name}</code>${one.required ? html` <em>must be given</em>` : null}</td><td>${one.in}</td><td>${typeShown(one.schema)}</td><td>${prose(one.description ?? '')}</td></tr>`,
      )}</tbody></table>`
    : null
}
${requestBody ? html`<h3>Body</h3>${contentShown(requestBody.content)}` : null}
<h3>Answers</h3>
<dl>${Object.entries(responses).map(([status, response]) => responseShown(status, response))}</dl>
</details>
`;
}

function responseShown(status: string, { description, content }: Response): Markup {
  return html`<dt><code>${status}</code> ${description}</dt><dd>${
    content && Number(status) < 400 ? contentShown(content) : null
  }</dd>`;
}

function contentShown(content: Content): Markup[] {
  return Object.entries(content).map(
    ([type, { schema }]) => html`<p><code>${type}</code></p>${schema ? schemaShown(schema) : null}`,
  );
}

/** As a table of its fields, where it has some. */
function schemaShown(schema: JsonSchema): Markup {
  const { properties, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  if (!properties) return html`<p>${typeShown(schema)}</p>`;
  return html`<table><thead><tr><th scope="col">field</th><th scope="col">value</th><th scope="col"></th></tr></thead><tbody>${Object.entries(
    properties,
  ).map(
    ([name, one]) =>
      html`<tr><td><code>${name}</code>${required.includes(name) ? null : html` <em>may be left out</em>`}</td><td>${typeShown(one)}</td><td>${prose(String(one.description ?? ''))}</td></tr>`,
  )}</tbody></table>`;
}

/** What a value may be, in a few words. */
function typeShown(schema: JsonSchema): Markup {
  const { $ref, type, format, items, anyOf, enum: choices, const: only, properties } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(anyOf))
    return html`${anyOf.map((one, i) => html`${i > 0 ? ' or ' : null}${typeShown(one as JsonSchema)}`)}`;
  if (Array.isArray(choices))
    return html`${choices.map((one, i) => html`${i > 0 ? ', ' : null}<code>${String(one)}</code>`)}`;
  if (only !== undefined) return html`<code>${JSON.stringify(only)}</code>`;
  if (type === 'array') return html`list of ${typeShown((items ?? {}) as JsonSchema)}`;
  if (properties) return html`${schemaShown(schema)}`;
  return html`${[type ?? 'anything', format && `(${String(format)})`, boundsOf(schema)].filter(Boolean).join(' ')}`;
}

function boundsOf({ minimum, maximum, maxLength, default: fallback }: JsonSchema): string {
  return [
    minimum !== undefined && `from ${String(minimum)}`,
    maximum !== undefined && `to ${String(maximum)}`,
    maxLength !== undefined && `up to ${String(maxLength)} characters`,
    fallback !== undefined && `; else ${JSON.stringify(fallback)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Text in which code stands between backquotes. */
function prose(text: string): Markup[] {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

const anchor = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
