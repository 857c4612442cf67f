import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { shownName } from '../rights/shown-name.js';
import { readForm } from './form.js';
import { ProblemError, unusable } from './problem.js';
import type { ApiServer } from './route.js';
import { validatorCompiler } from './validation.js';

/** A clip that was uploaded: what tells it from others. */
export class UploadedClip {
  constructor(
    readonly bytes: number,
    readonly sha256: string,
    /** What it is called; null = nothing is said. */
    readonly name: string | null = null,
  ) {}
}

/** A body is such a clip, or is checked as any other. */
export const clipOrChecked: FastifySchemaCompiler<TSchema> = (route) => {
  const check = validatorCompiler(route);
  if (route.httpPart !== 'body') return check;
  return (value: unknown) => (value instanceof UploadedClip ? { value } : check(value));
};

/** A form with the media in one of its fields, as browsers send it. */
export const FORM_TYPE = 'multipart/form-data';
const IS_FORM = /^multipart\/form-data\s*(;|$)/i;
/** Types of bodies that are taken for media. */
export const MEDIA_TYPES = ['application/octet-stream', 'video/*', 'audio/*'];
const IS_MEDIA = /^(application\/octet-stream|(video|audio)\/[a-z0-9.+-]+)\s*(;|$)/i;

/** Of a clip, characters. */
export const MAX_NAME = 300;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is not taken
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Puts bodies that are media into a folder. What no route takes is deleted when the request is answered. */
export class ClipBodies {
  readonly #files = new WeakMap<FastifyRequest, string>();

  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  /** For the routes of this plugin alone. */
  takeMedia(server: ApiServer): void {
    server.addContentTypeParser(IS_MEDIA, (request, payload, done) => {
      this.#save(request, payload).then(
        (clip) => done(null, clip),
        (error: Error) => done(error),
      );
    });
    server.addContentTypeParser(IS_FORM, (request, payload, done) => {
      this.#saveForm(request, payload).then(
        (clip) => done(null, clip),
        (error: Error) => done(error),
      );
    });
    server.addHook('onResponse', async (request) => this.#drop(request));
    server.addHook('onRequestAbort', async (request) => this.#drop(request));
  }

  /** The name of the file, which is the caller's from now on. */
  adopt(request: FastifyRequest): string | null {
    const file = this.#files.get(request) ?? null;
    this.#files.delete(request);
    return file;
  }

  async #saveForm(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<UploadedClip> {
    const type = String(request.headers['content-type']);
    const { file, fileName, fields } = await readForm(type, payload, ['name'], (media) =>
      this.#save(request, media),
    );
    const name = fields.get('name') ?? (fileName === '' ? null : shownName(fileName));
    if (name !== null && (name === '' || name.length > MAX_NAME || CONTROL.test(name)))
      throw unusable('/name', `A name has 1 to ${MAX_NAME} characters, none of them control.`);
    return new UploadedClip(file.bytes, file.sha256, name);
  }

  async #save(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<UploadedClip> {
    const name = `${randomUUID()}.clip`;
    this.#files.set(request, name);
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      transform: (chunk: Buffer, _, done) => {
        bytes += chunk.length;
        if (bytes > this.maxBytes) return done(tooLarge(this.maxBytes));
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(payload, counted, createWriteStream(path.join(this.folder, name), { flags: 'wx' }));
    if (bytes === 0)
      throw new ProblemError('unprocessable', 'There are no bytes in the body.', { pointer: '' });
    return new UploadedClip(bytes, hash.digest('hex'));
  }

  async #drop(request: FastifyRequest): Promise<void> {
    const name = this.adopt(request);
    if (name) await fs.rm(path.join(this.folder, name), { force: true });
  }
}

function tooLarge(most: number): ProblemError {
  return new ProblemError('too-large', `A clip may have ${most / 2 ** 20} MiB at most.`);
}
