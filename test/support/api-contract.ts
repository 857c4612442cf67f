import { Compile, type Validator } from 'typebox/compile';
import type { OpenApiDocument, Operation } from '../../src/api/openapi/document.js';

export interface Answered {
  readonly status: number;
  /** Without parameters. */
  readonly type: string;
  readonly json: unknown;
  readonly text: string;
}

/** Holds answers to what `/openapi.json` says of them. */
export class ApiContract {
  readonly #validators = new Map<string, Validator>();

  private constructor(readonly document: OpenApiDocument) {}

  static async of(url: string): Promise<ApiContract> {
    return new ApiContract((await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument);
  }

  /** What is wrong with an answer; null = nothing, or the route is not in the document. */
  problemWith(method: string, route: string, answer: Answered): string | null {
    const [path, operation] = this.#operation(method, route.split('?')[0]!) ?? [];
    if (!path || !operation) return null;
    const where = `${method} ${path} answered ${answer.status}`;
    const response = operation.responses[String(answer.status)];
    if (!response) return `${where}, which is not in the document: ${answer.text.slice(0, 300)}`;
    if (!response.content) return answer.text === '' ? null : `${where} with a body`;
    const content = response.content[answer.type];
    if (!content) return `${where} with a body of type ${answer.type}`;
    if (!content.schema || method === 'HEAD') return null;
    const validator = this.#validator(`${where} ${answer.type}`, content.schema);
    if (validator.Check(answer.json)) return null;
    const [first] = validator.Errors(answer.json);
    return `${where}: ${first?.instancePath} ${first?.message} in ${answer.text.slice(0, 500)}`;
  }

  #operation(method: string, route: string): [string, Operation] | null {
    const parts = route.split('/');
    const rank = (path: string) => path.split('{').length;
    const fitting = Object.entries(this.document.paths)
      .filter(([path]) => {
        const names = path.split('/');
        return (
          names.length === parts.length && names.every((name, i) => name.startsWith('{') || name === parts[i])
        );
      })
      .sort(([a], [b]) => rank(a) - rank(b));
    for (const [path, operations] of fitting) {
      const operation = operations[method.toLowerCase()];
      if (operation) return [path, operation];
    }
    return null;
  }

  #validator(name: string, schema: object): Validator {
    let validator = this.#validators.get(name);
    if (!validator) {
      validator = Compile({ ...schema, components: this.document.components }) as unknown as Validator;
      this.#validators.set(name, validator);
    }
    return validator;
  }
}
