import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '../../src/api/openapi/document.js';
import { startService, type TestService } from '../support/service.js';

describe('the OpenAPI document', () => {
  let service: TestService;
  let document: OpenApiDocument;
  beforeAll(async () => {
    service = await startService();
    document = (await service.request('GET', '/openapi.json')).json as OpenApiDocument;
  });
  afterAll(() => service.close());

  const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods));

  it('is there without a key, and says what each operation takes and gives', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations().length).toBeGreaterThan(15);
    for (const operation of operations()) {
      expect(operation.summary, operation.operationId).not.toBe('');
      expect(operation.tags, operation.operationId).toHaveLength(1);
      expect(Object.keys(operation.responses).some((status) => Number(status) < 400)).toBe(true);
    }
  });

  it('names each parameter of a path, and each schema that it refers to', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(methods))
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(names);
    }
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!);
  });

  it('can be read at /docs, without a script or anything from elsewhere', async () => {
    const { text, headers } = await service.request('GET', '/docs');
    for (const { operationId } of operations()) expect(text).toContain(`id="${operationId}"`);
    expect(text).not.toMatch(/<script|<style| style=| on[a-z]+=|(src|href)="(https?:)?\/\//);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await service.request('GET', '/docs.css')).status).toBe(200);
  });

  it('has every way of the API', async () => {
    // Whatever a client can reach under /v1 must be in the document: fastify's own list is the truth.
    const routes = service.service.api.routes.filter(({ url }) => url.startsWith('/v1/'));
    for (const { method, url, schema } of routes) expect(schema.operationId, `${method} ${url}`).toBeTruthy();
  });
});
