import { useEffect, useState } from 'preact/hooks';

interface Props {
  /** Null = there is none. */
  readonly src: string | null;
  readonly alt: string;
  /** Said where there is no picture. */
  readonly none: string;
  readonly lazy?: boolean;
}

/** A picture in a box of its own size; where there is none, or it does not come, the reason. */
export function Frame({ src, alt, none, lazy }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => setFailed(null), [src]);
  return (
    <div class="frame">
      {src !== null && failed !== src ? (
        <img
          src={src}
          alt={alt}
          decoding="async"
          loading={lazy ? 'lazy' : 'eager'}
          onError={() => setFailed(src)}
        />
      ) : (
        <span>{none}</span>
      )}
    </div>
  );
}
