/**
 * Power spectrum of 2048 real samples: a 1024-point complex FFT in radix 4 (decimation in time), whose result
 * is unpacked into the spectrum of the real frame. Sorensen et al., "Real-valued fast Fourier transform
 * algorithms", IEEE Trans. ASSP 35 (1987).
 */
export const FFT_SIZE = 2048;
export const SPECTRUM_SIZE = FFT_SIZE / 2 + 1;

const POINTS = FFT_SIZE / 2;
const QUARTER = POINTS / 4;

/** Where each group of four of the first stage begins in the input: its number with base-4 digits reversed. */
const REVERSED = Uint16Array.from({ length: QUARTER }, (_, j) => {
  let r = 0;
  for (let digit = 0, rest = j; digit < 4; digit++, rest >>= 2) r = (r << 2) | (rest & 3);
  return r;
});

/** For each later stage, per k: cosine and sine of the angles k, 2k and 3k steps of 2π / (4 × quarter). */
const TWIDDLES = [4, 16, 64, 256].map((quarter) => {
  const table = new Float64Array(quarter * 6);
  for (let k = 0; k < quarter; k++)
    for (let m = 1; m <= 3; m++) {
      const angle = (2 * Math.PI * k * m) / (4 * quarter);
      table[k * 6 + m * 2 - 2] = Math.cos(angle);
      table[k * 6 + m * 2 - 1] = Math.sin(angle);
    }
  return table;
});

const UNPACK_COS = Float64Array.from({ length: POINTS / 2 }, (_, k) =>
  Math.cos((2 * Math.PI * k) / FFT_SIZE),
);
const UNPACK_SIN = Float64Array.from({ length: POINTS / 2 }, (_, k) =>
  Math.sin((2 * Math.PI * k) / FFT_SIZE),
);

/**
 * What is being transformed, one frame at a time. Given on as constants from here, the compiler knows where they lie and
 * how long they are, which saves a fifth of a transform; named inside the loops, they would be looked up there again.
 */
const RE = new Float64Array(POINTS);
const IM = new Float64Array(POINTS);

export class PowerSpectrum {
  /** @param window FFT_SIZE factors that each frame is multiplied with. */
  constructor(private readonly window: Float64Array) {
    if (window.length !== FFT_SIZE) throw new RangeError(`A window has ${FFT_SIZE} factors`);
  }

  /**
   * Writes |X[k]|², k = 0..1024, of samples[at .. at + 2048) × window to `out` (SPECTRUM_SIZE entries).
   * Nothing is allocated.
   */
  measure(samples: Float64Array, at: number, out: Float32Array): void {
    this.loadAndFirstStage(samples, at);
    for (let s = 0, quarter = 4; quarter < POINTS; s++, quarter *= 4) stage(RE, IM, quarter, TWIDDLES[s]!);
    unpack(RE, IM, out);
  }

  private loadAndFirstStage(samples: Float64Array, at: number): void {
    const { window } = this;
    const re = RE;
    const im = IM;
    const step = QUARTER * 2;
    for (let j = 0, o = 0; j < QUARTER; j++, o += 4) {
      const a = REVERSED[j]! * 2;
      const b = a + step;
      const c = b + step;
      const d = c + step;
      const ar = samples[at + a]! * window[a]!;
      const ai = samples[at + a + 1]! * window[a + 1]!;
      const br = samples[at + b]! * window[b]!;
      const bi = samples[at + b + 1]! * window[b + 1]!;
      const cr = samples[at + c]! * window[c]!;
      const ci = samples[at + c + 1]! * window[c + 1]!;
      const dr = samples[at + d]! * window[d]!;
      const di = samples[at + d + 1]! * window[d + 1]!;
      const acr = ar + cr;
      const aci = ai + ci;
      const amr = ar - cr;
      const ami = ai - ci;
      const bdr = br + dr;
      const bdi = bi + di;
      const bmr = br - dr;
      const bmi = bi - di;
      re[o] = acr + bdr;
      im[o] = aci + bdi;
      re[o + 1] = amr + bmi;
      im[o + 1] = ami - bmr;
      re[o + 2] = acr - bdr;
      im[o + 2] = aci - bdi;
      re[o + 3] = amr - bmi;
      im[o + 3] = ami + bmr;
    }
  }
}

/**
 * Joins four transforms of `quarter` points each into one of four times as many, in place, for all groups: those
 * inside, so that the twiddles of a k are read once for all of them.
 */
function stage(re: Float64Array, im: Float64Array, quarter: number, twiddles: Float64Array): void {
  for (let k = 0, w = 0; k < quarter; k++, w += 6) {
    const bc = twiddles[w]!;
    const bs = twiddles[w + 1]!;
    const cc = twiddles[w + 2]!;
    const cs = twiddles[w + 3]!;
    const dc = twiddles[w + 4]!;
    const ds = twiddles[w + 5]!;
    for (let a = k; a < POINTS; a += 4 * quarter) {
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const b0 = re[b]!;
      const b1 = im[b]!;
      const br = b0 * bc + b1 * bs;
      const bi = b1 * bc - b0 * bs;
      const c0 = re[c]!;
      const c1 = im[c]!;
      const cr = c0 * cc + c1 * cs;
      const ci = c1 * cc - c0 * cs;
      const d0 = re[d]!;
      const d1 = im[d]!;
      const dr = d0 * dc + d1 * ds;
      const di = d1 * dc - d0 * ds;
      const a0 = re[a]!;
      const a1 = im[a]!;
      const acr = a0 + cr;
      const aci = a1 + ci;
      const amr = a0 - cr;
      const ami = a1 - ci;
      const bdr = br + dr;
      const bdi = bi + di;
      const bmr = br - dr;
      const bmi = bi - di;
      re[a] = acr + bdr;
      im[a] = aci + bdi;
      re[b] = amr + bmi;
      im[b] = ami - bmr;
      re[c] = acr - bdr;
      im[c] = aci - bdi;
      re[d] = amr - bmi;
      im[d] = ami + bmr;
    }
  }
}

/**
 * The transform Z of even + i·odd samples becomes the power of the real frame: with E and O the transforms of
 * the even and of the odd samples and T = O turned by k steps, X[k] = E + T and X[1024 − k] = conj(E − T).
 */
function unpack(re: Float64Array, im: Float64Array, out: Float32Array): void {
  const first = re[0]! + im[0]!;
  const last = re[0]! - im[0]!;
  out[0] = first * first;
  out[POINTS] = last * last;
  for (let k = 1; k < POINTS / 2; k++) {
    const n = POINTS - k;
    const kr = re[k]!;
    const ki = im[k]!;
    const nr = re[n]!;
    const ni = im[n]!;
    const c = UNPACK_COS[k]!;
    const s = UNPACK_SIN[k]!;
    const er = (kr + nr) * 0.5;
    const ei = (ki - ni) * 0.5;
    const or = (ki + ni) * 0.5;
    const oi = (nr - kr) * 0.5;
    const tr = c * or + s * oi;
    const ti = c * oi - s * or;
    const sum = er * er + ei * ei + tr * tr + ti * ti;
    const cross = 2 * (er * tr + ei * ti);
    out[k] = sum + cross;
    out[n] = sum - cross;
  }
  const mid = POINTS / 2;
  out[mid] = re[mid]! * re[mid]! + im[mid]! * im[mid]!;
}
