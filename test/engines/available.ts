import { describe } from 'vitest';
import type { EngineKind } from './engine.js';

/**
 * Tests that need an engine. Where it cannot be had they are skipped, and say what to run to have it; with
 * STREAMPRINT_REQUIRE_ENGINES=1, as CI sets it, that is a failure.
 */
export async function describeWith(engine: EngineKind, name: string, tests: () => void): Promise<void> {
  const missing = await engine.missing();
  if (missing === null) return void describe(name, tests);
  if (process.env.STREAMPRINT_REQUIRE_ENGINES === '1') throw new Error(missing);
  describe.skip(`${name} [skipped: ${missing}]`, tests);
}
