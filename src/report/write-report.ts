import fs from 'node:fs/promises';
import path from 'node:path';
import { fitStill } from '../media/still-image.js';
import { page } from './page.js';
import type { ReportChannel, ReportData, ReportDetection, ReportPicture } from './report-data.js';

export type { ReportChannel, ReportData, ReportDetection, ReportPicture } from './report-data.js';

/** Wide enough for the page's columns on a sharp screen. */
const PICTURE_WIDTH = 480;
/** Pictures beyond these many detections would make the file too large to open. */
const MAX_DETECTIONS_WITH_PICTURES = 400;

/**
 * Writes a report as one HTML file that needs nothing else: no script, no font, no address is fetched.
 * The file appears whole or not at all; its folder is made where it is missing.
 * @throws what writing the file throws (disk full, no right to write)
 */
export async function writeReport(file: string, data: ReportData): Promise<void> {
  const text = page(await withPictures(data));
  await fs.mkdir(path.dirname(file), { recursive: true });
  const aside = `${file}.tmp`;
  try {
    await fs.writeFile(aside, text);
    await fs.rename(aside, file);
  } catch (error) {
    await fs.rm(aside, { force: true });
    throw error;
  }
}

/** The same report with pictures made fit for the page. */
async function withPictures(data: ReportData): Promise<ReportData> {
  let shown = 0;
  const channels: ReportChannel[] = [];
  for (const channel of data.channels) {
    const detections: ReportDetection[] = [];
    for (const one of channel.detections) {
      const prepare = shown++ < MAX_DETECTIONS_WITH_PICTURES ? fitPicture : leaveOut;
      detections.push({
        ...one,
        streamPicture: await prepare(one.streamPicture),
        referencePicture: await prepare(one.referencePicture),
      });
    }
    channels.push({ ...channel, detections });
  }
  return { ...data, channels };
}

async function fitPicture(picture: ReportPicture): Promise<ReportPicture> {
  if (picture.jpeg === null) return picture;
  const fit = await fitStill(picture.jpeg, PICTURE_WIDTH);
  return fit ? { ...picture, jpeg: fit.jpeg } : { jpeg: null, reason: 'the bytes kept are no picture' };
}

async function leaveOut(): Promise<ReportPicture> {
  return {
    jpeg: null,
    reason: `only the first ${MAX_DETECTIONS_WITH_PICTURES} detections are shown with pictures`,
  };
}
