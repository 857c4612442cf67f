import { location, setQuery } from '../../lib/router.js';
import { Timeline } from './timeline.js';

/** All streams against time; what is shown stands in the address. */
export function TimelinePage() {
  return (
    <>
      <div class="page-head">
        <h1>Timeline</h1>
      </div>
      <Timeline
        label="Detections by stream and time"
        query={location.value.query}
        onView={({ from, to }) =>
          setQuery({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
        }
      />
    </>
  );
}
