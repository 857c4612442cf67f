import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeFingerprint } from '../../fingerprints/encoding.js';
import { CatalogueFollower } from '../../src/catalogue/follow-catalogue.js';
import { CataloguePublisher } from '../../src/catalogue/publish-catalogue.js';
import { factsOf } from '../../src/catalogue/reference-message.js';
import { assetId, utcMillis } from '../../src/domain/ids.js';
import {
  type EmbeddedIndexWriter,
  openEmbeddedIndexWriter,
} from '../../src/reference-index/embedded/index.js';
import { referenceIdOf } from '../../src/reference-index/reference-id.js';
import type { Bus } from '../../src/transport/bus.js';
import type { BusEngine } from '../../src/transport/engine.js';
import { random } from '../reference-index/synthetic.js';
import { removeDirectory, temporaryDirectory } from '../reference-index/temporary.js';
import { sha256, until } from '../transport/support.js';
import { type BusPlace, contentOf, work } from './over-the-bus.js';

const TOPIC = 'streamprint.catalogue';
const script = (name: string) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

export interface BusOfCatalogue {
  readonly bus: Bus;
  readonly engine: BusEngine;
  readonly place: BusPlace;
  dispose(): Promise<void>;
}

/** Runs a program for some time from its first word on, then kills it; what it says on stderr must be nothing. */
function killedAfter(name: string, args: readonly string[], milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), milliseconds));
    child.stderr.on('data', (data: Buffer) => {
      complaints += data;
    });
    child.on('close', (_, signal) => {
      if (signal === 'SIGKILL' && complaints === '') resolve();
      else reject(new Error(`${name} ended by itself, or complained: ${complaints}`));
    });
  });
}

/** What the catalogue over the bus has to do, whatever carries it. */
export function describeCatalogueOver(name: string, prepare: () => Promise<BusOfCatalogue>): void {
  describe(`the catalogue over the bus (${name})`, () => {
    let directory: string;
    let own: string;
    let over: BusOfCatalogue;
    let catalogue: EmbeddedIndexWriter;
    let publisher: CataloguePublisher;
    let copy: EmbeddedIndexWriter;
    let follower: CatalogueFollower;
    const troubles: string[] = [];

    const follow = async () => {
      copy = await openEmbeddedIndexWriter(own);
      const onTrouble = (message: string) => void troubles.push(message);
      follower = await CatalogueFollower.start({ bus: over.bus, index: copy, directory: own, onTrouble });
    };
    const leave = async () => {
      await follower.close();
      await copy.close();
    };
    const isEqual = async () =>
      until(
        async () => JSON.stringify(await contentOf(copy)) === JSON.stringify(await contentOf(catalogue)),
        (equal) => equal,
      );
    const publish = () => publisher.publish();

    beforeEach(async () => {
      directory = temporaryDirectory();
      own = path.join(directory, 'followed');
      over = await prepare();
      catalogue = await openEmbeddedIndexWriter(path.join(directory, 'data'));
      publisher = new CataloguePublisher(catalogue, over.bus);
      troubles.length = 0;
    });
    afterEach(async () => {
      await catalogue.close();
      await over.bus.close();
      await over.dispose();
      removeDirectory(directory);
    });

    it('is copied as it is before anything is said to be ready, and followed as it changes', async () => {
      await catalogue.register([work(0), work(1), work(2), work(3)]);
      await catalogue.setExcluded('films', assetId('work-1'), [{ start: 1, end: 2.5 }]);
      expect(await publish()).toEqual({ published: 4, retracted: 0, failed: [] });
      expect(await publish()).toEqual({ published: 0, retracted: 0, failed: [] });
      await follow();
      expect(await contentOf(copy)).toEqual(await contentOf(catalogue));
      expect(follower.references).toBe(4);

      await catalogue.register([work(4)]);
      const title = { ...work(0).asset, title: 'A better title', territories: ['NL', 'BE'] };
      await catalogue.registerExisting({ ...work(0), asset: title });
      await catalogue.setExcluded('films', assetId('work-2'), [
        { start: 0, end: 1 },
        { start: 2, end: 3 },
      ]);
      await catalogue.removeAsset('films', assetId('work-3'));
      const old = referenceIdOf('films', assetId('work-1'), work(1).fingerprintId);
      await catalogue.replaceReference(old, work(5, 'work-1'));
      expect(await publish()).toMatchObject({ published: 4, retracted: 2 });
      await isEqual();
      expect((await copy.assets()).map(({ id }) => id).sort()).toEqual([
        'work-0',
        'work-1',
        'work-2',
        'work-4',
      ]);
      expect(troubles).toEqual([]);
      await leave();
    });

    it('keeps bytes that two assets share until the last of them goes', async () => {
      await catalogue.register([work(0), work(0, 'another')]);
      await publish();
      await follow();
      await isEqual();
      await catalogue.removeAsset('films', assetId('work-0'));
      await publish();
      await isEqual();
      expect(await copy.fingerprint(work(0).fingerprintId)).toMatchObject({
        references: [{ assetId: 'another' }],
      });
      await catalogue.register([work(0, 'a third')]);
      await catalogue.removeAsset('films', assetId('another'));
      await publish();
      await isEqual();
      await catalogue.removeAsset('films', assetId('a third'));
      await publish();
      await until(
        () => copy.fingerprint(work(0).fingerprintId),
        (fingerprint) => fingerprint === null,
      );
      await leave();
    });

    it('is registered anew with another date and source: the copy says so too', async () => {
      await catalogue.register([{ ...work(0), source: 'old.mp4', registeredAt: utcMillis(1e12) }]);
      await publish();
      await follow();
      await catalogue.removeAsset('films', assetId('work-0'));
      await catalogue.register([{ ...work(0), source: 'new.mp4' }]);
      await publish();
      await isEqual();
      expect(await copy.references({})).toMatchObject([{ source: 'new.mp4' }]);
      await leave();
    });

    it('is gone on with where the follower was, and nothing is registered twice', async () => {
      await catalogue.register([work(0), work(1), work(2)]);
      await publish();
      await follow();
      await leave();
      await catalogue.register([work(3)]);
      await catalogue.removeAsset('films', assetId('work-1'));
      await publish();
      const segments = fs.readdirSync(path.join(own, 'references', 'segments'));
      await follow();
      expect(await contentOf(copy)).toEqual(await contentOf(catalogue));
      await leave();
      expect(fs.readdirSync(path.join(own, 'references', 'segments')).length).toBe(segments.length + 1);
      // Without the note of how far it was it compares, and has nothing to do.
      fs.rmSync(path.join(own, 'followed.json'));
      await follow();
      await isEqual();
      await leave();
      expect(fs.readdirSync(path.join(own, 'references', 'segments')).length).toBe(segments.length + 1);
    });

    it('takes away what is in no message any more, when everything is read again', async () => {
      await catalogue.register([work(0), work(1)]);
      await publish();
      await follow();
      await copy.register([work(7), work(1, 'left over')]);
      await leave();
      const mark = path.join(own, 'followed.json');
      const old = { ...JSON.parse(fs.readFileSync(mark, 'utf8')), at: Date.now() - 24 * 3600_000 };
      fs.writeFileSync(mark, JSON.stringify(old));
      await follow();
      expect(await contentOf(copy)).toEqual(await contentOf(catalogue));
      await leave();
    });

    it('has bad references, which are passed over, noted, and looked at again', async () => {
      await catalogue.register([work(0)]);
      await publish();
      const send = async (n: number, change: object, body: Uint8Array) => {
        const { fingerprint, stills, ...copyOfWork } = work(n);
        const facts = factsOf({
          ...copyOfWork,
          asset: { ...copyOfWork.asset, excluded: [] },
          registeredAt: utcMillis(Date.now()),
        });
        const content = { ...facts, sha256: sha256(body), bytes: body.length, blob: null, ...change };
        await over.engine.send({
          topic: TOPIC,
          key: content.id,
          headers: { 'streamprint-type': 'reference/1', 'streamprint-content': JSON.stringify(content) },
          value: body,
        });
      };
      const good = encodeFingerprint(work(1).fingerprint);
      await send(1, {}, Buffer.from('no fingerprint'));
      await send(2, { title: 'too much' }, good);
      await send(3, { fingerprintId: work(4).fingerprintId }, good);
      await send(5, { sha256: sha256(Buffer.from('other')) }, good);
      await send(6, { blob: { store: 'files', key: 'ab/none' } }, Buffer.from(''));
      await over.engine.send({ topic: TOPIC, key: 'nonsense', headers: {}, value: Buffer.from('nonsense') });
      await catalogue.register([work(8)]);
      await publish();
      await follow();
      await isEqual();
      expect(follower.passedOver).toBe(6);
      const [first, ...others] = troubles;
      expect(first).toContain('SP_FINGERPRINT_CORRUPT');
      expect(others).toHaveLength(5);
      for (const trouble of others) expect(trouble).toContain('SP_MESSAGE_INVALID');
      await leave();
      await send(1, {}, good);
      troubles.length = 0;
      await follow();
      expect((await copy.assets()).map(({ id }) => id)).toEqual(['work-0', 'work-1', 'work-8']);
      // What is there of the first one's bad message is read until the topic is compacted.
      expect(troubles.filter((trouble) => !trouble.includes('SP_FINGERPRINT'))).toHaveLength(5);
      await leave();
    });

    it('is the same after its follower was killed, again and again', async () => {
      const next = random(7);
      for (let round = 0; round < 5; round++) {
        const fresh = Array.from({ length: 12 }, (_, n) => work(20 * round + n));
        await catalogue.register(fresh);
        await catalogue.removeAsset('films', assetId(`work-${20 * round - 18}`));
        await publish();
        await killedAfter('doomed-follower', [own, JSON.stringify(over.place)], 5 + next() * 900);
      }
      await follow();
      expect(await contentOf(copy)).toEqual(await contentOf(catalogue));
      expect(troubles).toEqual([]);
      await leave();
    }, 240_000);

    it('tells everything, when it was killed between a change and telling it', async () => {
      const next = random(8);
      const data = path.join(directory, 'killed');
      for (let round = 0; round < 5; round++)
        await killedAfter(
          'doomed-catalogue',
          [data, String(round), JSON.stringify(over.place)],
          next() * 900,
        );
      await catalogue.close();
      catalogue = await openEmbeddedIndexWriter(data);
      await new CataloguePublisher(catalogue, over.bus).publish();
      await follow();
      expect((await catalogue.references({})).length).toBeGreaterThan(0);
      expect(await contentOf(copy)).toEqual(await contentOf(catalogue));
      await leave();
    }, 240_000);

    it('can be told again as a whole, and what the bus cannot take holds up nothing else', async () => {
      await catalogue.register([work(0), { ...work(1), source: 'x'.repeat(9000) }, work(2)]);
      const outcome = await publish();
      expect(outcome).toMatchObject({ published: 2, failed: [{ error: { code: 'SP_MESSAGE_INVALID' } }] });
      expect(await catalogue.republish()).toBe(3);
      expect(await publish()).toMatchObject({ published: 2, failed: [{}] });
      await catalogue.removeAsset('films', assetId('work-1'));
      expect(await publish()).toMatchObject({ published: 0, retracted: 1, failed: [] });
      await follow();
      await isEqual();
      await leave();
    });
  });
}
