import { useEffect, useState } from 'preact/hooks';

interface Props {
  /** Null = there is none. */
  readonly src: string | null;
  readonly alt: string;
  /** Said where there is no picture. */
  readonly none: string;
  readonly lazy?: boolean;
  /** A part of the picture that is set off, in shares of it; one that is all of it is not. */
  readonly box?: {
    readonly x0: number;
    readonly y0: number;
    readonly x1: number;
    readonly y1: number;
  } | null;
}

/** What is left out of a picture at all before a part of it is set off. */
const ALL = 0.02;

/** A picture in a box of its own size; where there is none, or it does not come, the reason. */
export function Frame({ src, alt, none, lazy, box }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  const [ratio, setRatio] = useState<string | null>(null);
  useEffect(() => setFailed(null), [src]);
  const isPart = box && (box.x0 > ALL || box.y0 > ALL || box.x1 < 1 - ALL || box.y1 < 1 - ALL);
  return (
    <div class="frame" style={box && ratio ? { aspectRatio: ratio } : {}}>
      {src !== null && failed !== src ? (
        <img
          src={src}
          alt={alt}
          decoding="async"
          loading={lazy ? 'lazy' : 'eager'}
          onError={() => setFailed(src)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            box && setRatio(`${naturalWidth} / ${naturalHeight}`)
          }
        />
      ) : (
        <span>{none}</span>
      )}
      {isPart && (
        <i
          class="part"
          title="The part that shows the work"
          style={{
            left: `${box.x0 * 100}%`,
            top: `${box.y0 * 100}%`,
            width: `${(box.x1 - box.x0) * 100}%`,
            height: `${(box.y1 - box.y0) * 100}%`,
          }}
        />
      )}
    </div>
  );
}
