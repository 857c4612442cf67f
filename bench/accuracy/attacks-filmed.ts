import type { Step } from './attacks-recipe.js';

const ROOM = '0x2b241d';

/**
 * The screen as a hand-held camera sees it: at 75 to 88 % in a dim room, a moiré-like grid on it, corners out of
 * square by up to 4 %, turned by one or two degrees, flickering and shaken, soft and noisy, dark at the edges.
 */
export const filmedPictures: Step = (g) => {
  const [w, h, r] = [g.width, g.height, g.random];
  const still = `trim=end_frame=1,loop=-1:1,fps=${g.rate.toFixed(5)},format=yuv420p,setsar=1`;
  const size = `s=${w}x${h}`;
  const room = g.chain('', `gradients=${size}:n=2:c0=${ROOM}:c1=0x5a4c3c:seed=${r.int(1, 999)},${still}`);
  const [across, down] = [r.range(5, 9).toFixed(2), r.range(5, 9).toFixed(2)];
  const grid = g.chain(
    '',
    `color=gray:${size},trim=end_frame=1,format=yuv420p,` +
      `geq=lum='128+55*sin(2*PI*(X+Y*0.05)/${across})*sin(2*PI*(Y-X*0.03)/${down})':cb=128:cr=128,${still}`,
  );
  const share = r.range(0.75, 0.88);
  g.resize(w * share, h * share, (sw, sh) => `scale=${sw}:${sh}`);
  g.layOver(
    room,
    w,
    h,
    Math.round((w - g.width) * r.range(0.4, 0.6)),
    Math.round((h - g.height) * r.range(0.4, 0.6)),
  );
  g.combinePicture(grid, 'blend=c0_mode=softlight:c1_mode=normal:c2_mode=normal:shortest=1');
  const off = () => r.range(-0.04, 0.04).toFixed(4);
  const angle = (r.range(1, 2) * (r.chance(0.5) ? 1 : -1) * Math.PI) / 180;
  g.filterPicture(
    [
      `perspective=x0=W*${off()}:y0=H*${off()}:x1=W*(1+${off()}):y1=H*${off()}:x2=W*${off()}:y2=H*(1+${off()}):` +
        `x3=W*(1+${off()}):y3=H*(1+${off()}):sense=destination`,
      `rotate=${angle.toFixed(5)}:fillcolor=${ROOM}`,
      `crop=iw*0.97:ih*0.97:x='iw*0.015*(1+sin(t*${r.range(0.8, 1.6).toFixed(2)}))':y='ih*0.015*(1+sin(t*${r.range(0.8, 1.6).toFixed(2)}+1))'`,
      `scale=${w}:${h}`,
      `eq=brightness='0.05*sin(2*PI*t*${r.range(3, 9).toFixed(2)})':contrast=0.85:saturation=0.8:eval=frame`,
      'gblur=sigma=0.8',
      `noise=alls=12:allf=t:all_seed=${r.int(1, 9999)}`,
      'vignette=PI/5',
    ].join(','),
  );
};
