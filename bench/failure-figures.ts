/**
 * What is not found, and why, drawn from generated material: `npm run bench:failure-figures`. Writes
 * docs/images/failures-pictures.png and failures-sound.png and prints their figures. See docs/accuracy.md.
 */
import { writeDrawing } from './failure-figures/drawing.js';
import { drawPictures } from './failure-figures/pictures-drawing.js';
import { drawSound } from './failure-figures/sound-drawing.js';

await writeDrawing('failures-pictures', await drawPictures(), 256);
await writeDrawing('failures-sound', await drawSound(), 24);
