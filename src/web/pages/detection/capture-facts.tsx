import { facts as askFacts } from '../../api/calls.js';
import { useLoad } from '../../lib/load.js';
import { Fact } from './fact.js';

/** How and where what was found was captured. */
export function CaptureFacts({ id }: { readonly id: string }) {
  const { value, error } = useLoad((abort) => askFacts(id, abort), [id]);
  return (
    <section class="card stack">
      <h2>How it was captured</h2>
      {error && <p class="soft">{error.message}</p>}
      {value && (
        <dl class="facts small">
          {Object.entries(value).map(([name, fact]) => (
            <Fact key={name} name={name} fact={fact} />
          ))}
        </dl>
      )}
    </section>
  );
}
